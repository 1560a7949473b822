import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { InputError } from '../../plan/input-error.ts';
import { type Template, template } from './template.ts';

/** One stack as it would be deployed. */
export interface Stack {
  readonly name: string;
  readonly region: string;
  /** 12 digits, or undefined when the app was synthesised without an account. */
  readonly accountId: string | undefined;
  readonly templateFile: string;
  readonly template: Template;
}

/** What `cdk synth` wrote: stacks in the order of deployment, and the files that they upload. */
export interface Assembly {
  readonly folder: string;
  readonly stacks: readonly Stack[];
  /** Absolute path of a file asset (a folder where it is uploaded as a zip), by its S3 object key. */
  readonly assets: ReadonlyMap<string, string>;
}

/** The cloud assembly's manifest (aws-cdk-lib/cloud-assembly-schema), as far as it is read. */
const manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      environment: z.string().optional(),
      dependencies: z.array(z.string()).default([]),
      properties: z
        .object({ templateFile: z.string().optional(), stackName: z.string().optional(), file: z.string().optional() })
        .optional(),
    }),
  ),
});
type Artifact = z.output<typeof manifest>['artifacts'][string];

const assetsFile = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string(), packaging: z.enum(['file', 'zip']) }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
  dockerImages: z.record(z.string(), z.unknown()).default({}),
});

/** Reads a cloud assembly (`cdk.out`). Throws InputError naming the file that is missing or broken. */
export function readAssembly(folder: string): Assembly {
  const root = resolve(folder);
  const artifacts = new Map(Object.entries(read(join(root, 'manifest.json'), manifest).artifacts));
  const stacks: Stack[] = [];
  const assets = new Map<string, string>();
  for (const id of inDependencyOrder(artifacts, root)) {
    const artifact = artifacts.get(id);
    if (artifact?.type === 'aws:cloudformation:stack') stacks.push(readStack(root, id, artifact));
    else if (artifact?.type === 'cdk:asset-manifest') readAssets(root, artifact, assets);
    else if (artifact?.type === 'cdk:cloud-assembly') {
      throw new InputError(`${root}: nested cloud assembly ${id} (a CDK Stage) is not read; give its own folder`);
    }
  }
  if (stacks.length === 0) throw new InputError(`${root} has no stacks; synthesise it with "cdk synth"`);
  return { folder: root, stacks, assets };
}

function readStack(root: string, id: string, artifact: Artifact): Stack {
  const [, accountId, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(artifact.environment ?? '') ?? [];
  const file = artifact.properties?.templateFile;
  if (file === undefined) throw new InputError(`${root}/manifest.json: stack ${id} names no template file`);
  if (region === undefined || region === 'unknown-region') {
    throw new InputError(`${root}/manifest.json: stack ${id} has no region; give its stack an env with a region`);
  }
  const templateFile = join(root, file);
  return {
    name: artifact.properties?.stackName ?? id,
    region,
    accountId: accountId === 'unknown-account' ? undefined : accountId,
    templateFile,
    template: read(templateFile, template),
  };
}

function readAssets(root: string, artifact: Artifact, assets: Map<string, string>): void {
  const file = artifact.properties?.file;
  if (file === undefined) return;
  const { files, dockerImages } = read(join(root, file), assetsFile);
  if (Object.keys(dockerImages).length > 0) {
    throw new InputError(`${join(root, file)}: container image assets are not simulated`);
  }
  for (const { source, destinations } of Object.values(files)) {
    for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, resolve(root, source.path));
  }
}

/** Artifacts after those they depend on; otherwise in the manifest's order. */
function inDependencyOrder(artifacts: ReadonlyMap<string, Artifact>, root: string): readonly string[] {
  const done = new Set<string>();
  const open = new Set<string>();
  const visit = (id: string): void => {
    if (done.has(id)) return;
    if (open.has(id)) throw new InputError(`${root}/manifest.json: ${[...open, id].join(' → ')} depend on each other`);
    open.add(id);
    for (const dependency of artifacts.get(id)?.dependencies ?? []) visit(dependency);
    open.delete(id);
    done.add(id);
  };
  for (const id of artifacts.keys()) visit(id);
  return [...done];
}

function read<T>(file: string, schema: z.ZodType<T>): T {
  if (!existsSync(file)) throw new InputError(`${file} does not exist; synthesise the templates with "cdk synth"`);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new InputError(`${file} can't be read as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  throw new InputError(`${file} is not what "cdk synth" writes:\n${z.prettifyError(result.error)}`);
}
