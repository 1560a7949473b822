import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { LineCounter, parseAllDocuments } from 'yaml';
import { InputError } from '../input-error.ts';
import { readTextFile, type TextFile } from '../text-file.ts';
import type { KubernetesObject } from './kubernetes-object.ts';

export type { KubernetesObject } from './kubernetes-object.ts';

/** What a folder of manifests holds. `ignored`: files in it that hold no Kubernetes objects, relative to the folder. */
export interface Workloads {
  readonly objects: readonly KubernetesObject[];
  readonly ignored: readonly string[];
}

/**
 * Every Kubernetes object in the .yaml, .yml and .json files below `dir`, in the order of file names and documents,
 * Lists taken apart. Throws InputError where the folder is missing or has no objects, or where a file doesn't parse.
 */
export function readWorkloads(dir: string): readonly KubernetesObject[] {
  return readWorkloadFolder(dir).objects;
}

/** As readWorkloads, with the files that were passed over because nothing in them claims to be a Kubernetes object. */
export function readWorkloadFolder(dir: string): Workloads {
  const objects = new Map<string, { object: KubernetesObject; file: string }>();
  const ignored: string[] = [];
  for (const file of manifestFiles(dir)) {
    const found = objectsOf(join(dir, file), manifestText(join(dir, file)));
    if (found === 'no manifest') ignored.push(file);
    else for (const object of found) keepOnce(objects, object, join(dir, file));
  }
  if (objects.size === 0) {
    throw new InputError(
      `there are no Kubernetes objects in ${dir}: name the folder that holds the manifests (.yaml, .yml, .json)`,
    );
  }
  return { objects: [...objects.values()].map(({ object }) => object), ignored };
}

/** Rendered charts with all their CustomResourceDefinitions stay below it. */
const manifestLimitBytes = 16 * 1024 * 1024;

function manifestText(file: string): string {
  let read: TextFile;
  try {
    read = readTextFile(file, manifestLimitBytes);
  } catch (error) {
    throw new InputError(`${file} can't be read: ${error instanceof Error ? error.message : error}`);
  }
  if ('text' in read) return read.text;
  throw new InputError(`${file} is ${read.refused}: ${read.remedy}`);
}

/** Manifest files below `dir` in a fixed order on every machine; folders that start with a dot are left out. */
function manifestFiles(dir: string): string[] {
  let isFolder: boolean;
  try {
    isFolder = statSync(dir).isDirectory();
  } catch {
    throw new InputError(`there is no folder ${dir}: name the folder that holds the manifests`);
  }
  if (!isFolder) throw new InputError(`${dir} is not a folder: name the folder that holds the manifests`);
  const files: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules') walk(path);
      const isManifest = /\.(ya?ml|json)$/i.test(entry.name) && !entry.name.startsWith('.');
      if (isManifest && statSync(path, { throwIfNoEntry: false })?.isFile()) files.push(relative(dir, path));
    }
  };
  walk(dir);
  return files.sort((a, b) => (a < b ? -1 : 1));
}

function objectsOf(file: string, text: string): KubernetesObject[] | 'no manifest' {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const objects: KubernetesObject[] = [];
  let foreign = false;
  for (const document of documents) {
    const at = (offset: number) => `${file}:${lines.linePos(offset).line}`;
    const error = document.errors[0];
    // JSON of editors and compilers has comments; what says no apiVersion is no object, whatever else it is.
    if (error && /\.json$/i.test(file) && !text.includes('"apiVersion"')) return 'no manifest';
    if (error) throw new InputError(`${at(error.pos[0])}: doesn't parse: ${error.message}${templateHint(text)}`);
    const value = plainValue(document, at(document.range[0]));
    if (value === null || value === undefined) continue;
    const place = at(document.contents?.range?.[0] ?? document.range[0]);
    if (isForeign(value)) foreign = true;
    else objects.push(...unpacked(value, place));
  }
  return foreign && objects.length === 0 ? 'no manifest' : objects;
}

function plainValue(document: { toJS(): unknown }, place: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new InputError(`${place}: doesn't parse: ${error instanceof Error ? error.message : error}`);
  }
}

function templateHint(text: string): string {
  return text.includes('{{')
    ? ' (it looks like a Helm template: render the chart first, helm template NAME CHART)'
    : '';
}

/** Groups that tools on a laptop and a node's own programs read, never an API server: kustomize, kind, kubeadm … */
const readByTools =
  /^(skaffold|ctlptl\.dev|tilt\.dev|k3d\.io|eksctl\.io|backstage\.io|kind\.x-k8s\.io|kubeadm\.k8s\.io|([a-z0-9-]+\.)*config\.k8s\.io)\//;

/** Values, compose files, package.json: nothing there claims to be a Kubernetes object, so nothing is lost. */
function isForeign(value: unknown): boolean {
  if (Array.isArray(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  if ('apiVersion' in value && readByTools.test(String(value.apiVersion))) return true;
  // A manifest that forgot one of the three is a mistake worth a word.
  return ['apiVersion', 'kind', 'metadata'].filter((member) => member in value).length < 2;
}

function unpacked(value: unknown, place: string): KubernetesObject[] {
  if (typeof value !== 'object' || value === null) {
    throw new InputError(`${place}: "${String(value).slice(0, 40)}" is not a Kubernetes object: remove it or the file`);
  }
  const { apiVersion, kind } = value as Partial<KubernetesObject>;
  if (typeof kind !== 'string' || typeof apiVersion !== 'string') {
    throw new InputError(`${place}: a Kubernetes object needs an apiVersion and a kind`);
  }
  if ('items' in value && Array.isArray(value.items) && kind.endsWith('List')) {
    return value.items.flatMap((item) => unpacked(withListKind(item, apiVersion, kind), place));
  }
  return [named(value, place, kind)];
}

/** Members of a typed list (ConfigMapList) may leave out what the list says for all of them. */
function withListKind(item: unknown, apiVersion: string, listKind: string): unknown {
  if (typeof item !== 'object' || item === null || listKind === 'List') return item;
  return { apiVersion, kind: listKind.slice(0, -'List'.length), ...item };
}

function named(value: object, place: string, kind: string): KubernetesObject {
  const metadata: unknown = 'metadata' in value ? value.metadata : undefined;
  const { name, generateName } = Object(metadata) as { name?: unknown; generateName?: unknown };
  if (typeof name === 'string' && name !== '') return value as KubernetesObject;
  if (typeof generateName === 'string' && generateName !== '') {
    // The API server would draw five letters; a rehearsal needs the same name every time.
    return { ...value, metadata: { ...Object(metadata), name: `${generateName}00000` } } as KubernetesObject;
  }
  throw new InputError(`${place}: a ${kind} without metadata.name is not a Kubernetes object`);
}

/** The same object twice is one object (every file may bring the Namespace along); two versions of one are refused. */
function keepOnce(
  objects: Map<string, { object: KubernetesObject; file: string }>,
  object: KubernetesObject,
  file: string,
): void {
  const { namespace = '', name } = object.metadata;
  const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : '';
  const key = `${group}/${object.kind}/${namespace}/${name}`;
  const earlier = objects.get(key);
  if (!earlier || (object.kind === 'Namespace' && object.metadata.labels)) {
    objects.set(key, { object, file });
    return;
  }
  if (object.kind === 'Namespace' || isDeepStrictEqual(earlier.object, object)) return;
  const where = namespace === '' ? name : `${namespace}/${name}`;
  const files = earlier.file === file ? `twice in ${file}` : `in ${earlier.file} and in ${file}`;
  throw new InputError(
    `${object.kind} ${where} is ${files}, and they differ: render overlays first (kustomize build), or remove one`,
  );
}
