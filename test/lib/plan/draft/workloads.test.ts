import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readWorkloadFolder, readWorkloads } from '../../../../lib/plan/draft/workloads.ts';
import { InputError } from '../../../../lib/plan/input-error.ts';
import { folderOf } from './folder.ts';

const configMap = (name: string, value = 'x') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: web}\ndata: {key: ${value}}\n`;

describe('a folder of manifests', () => {
  test('is read at any depth, in the order of file names, documents and lists', () => {
    const dir = folderOf({
      'b/deep/two.yml': configMap('three'),
      'a.yaml': `---\n# nothing here\n---\n${configMap('one')}---\n${configMap('two')}---\n`,
      'c.json': JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'four' } }],
      }),
      'd.yaml': 'apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: {name: five}\n',
      'notes.txt': 'not a manifest',
      '.git/config.yaml': 'a: [broken',
      'node_modules/x.yaml': 'a: [broken',
    });
    expect(readWorkloads(dir).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'ConfigMap one',
      'ConfigMap two',
      'ConfigMap three',
      'Secret four',
      'ConfigMap five',
    ]);
  });

  test('keeps custom resources and their definitions as they are', () => {
    const dir = folderOf({
      'crd.yaml':
        'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a.b.c}\nspec: {group: b.c}\n',
      'cr.yaml': 'apiVersion: b.c/v1\nkind: A\nmetadata: {name: a}\nspec: {deep: {list: [1, {x: y}]}}\n',
    });
    expect(readWorkloads(dir)[0]).toEqual({
      apiVersion: 'b.c/v1',
      kind: 'A',
      metadata: { name: 'a' },
      spec: { deep: { list: [1, { x: 'y' }] } },
    });
  });

  test('passes over files in which nothing claims to be an object, and says which', () => {
    const dir = folderOf({
      'a.yaml': configMap('one'),
      'values.yaml': 'replicas: 3\n',
      'Chart.yaml': 'apiVersion: v2\nname: shop\n',
      'kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n',
      'list.json': '[1, 2]',
    });
    const { objects, ignored } = readWorkloadFolder(dir);
    expect(objects).toHaveLength(1);
    expect(ignored).toEqual(['Chart.yaml', 'kustomization.yaml', 'list.json', 'values.yaml']);
  });

  test('may hold one object in several files where they agree', () => {
    const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: web';
    const dir = folderOf({
      'a.yaml': `${namespace}}\n---\n${configMap('one')}`,
      'b.yaml': `${namespace}, labels: {team: web}}\n---\n${configMap('one')}`,
      'c.yaml': `${namespace}}\n`,
    });
    const objects = readWorkloads(dir);
    expect(objects.map(({ kind }) => kind).sort()).toEqual(['ConfigMap', 'Namespace']);
    expect(objects.find(({ kind }) => kind === 'Namespace')?.metadata.labels).toEqual({ team: 'web' });
  });

  test('names what is to be generated the same way every time', () => {
    const dir = folderOf({ 'a.yaml': 'apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: load-}\n' });
    expect(readWorkloads(dir)[0]?.metadata.name).toBe('load-00000');
  });

  test('follows links to files and passes over links to nothing', () => {
    const dir = folderOf({ 'real/a.yaml': configMap('one') });
    const linked = folderOf({});
    symlinkSync(join(dir, 'real/a.yaml'), join(linked, 'a.yaml'));
    symlinkSync(join(dir, 'gone.yaml'), join(linked, 'b.yaml'));
    expect(readWorkloads(linked)).toHaveLength(1);
  });

  test('understands anchors and merge keys', () => {
    const dir = folderOf({
      'a.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: &l {team: web}}\nextra: {<<: *l, more: x}\n',
    });
    expect(readWorkloads(dir)[0]?.extra).toEqual({ team: 'web', more: 'x' });
  });

  test.each([
    ['YAML that does not parse', 'metadata: {name: a\nkind: b\n', /a\.yaml:\d+: doesn't parse/],
    [
      'a Helm template',
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-{{ x }}\n',
      /helm template/,
    ],
    ['text', 'hello\n', /a\.yaml:1: "hello" is not a Kubernetes object/],
    ['an object without a name', 'apiVersion: v1\nkind: ConfigMap\n', /a ConfigMap without metadata.name/],
    ['an object without a kind', 'apiVersion: v1\nmetadata: {name: a}\n', /needs an apiVersion and a kind/],
    [
      'an object without an API version',
      `${configMap('one')}---\nkind: ConfigMap\nmetadata: {name: a}\n`,
      /a\.yaml:6: a Kubernetes object needs an apiVersion/,
    ],
    [
      'a list that holds something else',
      'apiVersion: v1\nkind: List\nitems: [hello]\n',
      /"hello" is not a Kubernetes object/,
    ],
    ['an alias of nothing', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: *a}\n', /doesn't parse/],
    [
      'two versions of one object',
      `${configMap('one')}---\n${configMap('one', 'y')}`,
      /ConfigMap web\/one is twice in .*a\.yaml, and they differ/,
    ],
  ])('with %s is refused in a clear sentence', (_, text, message) => {
    const dir = folderOf({ 'a.yaml': text });
    expect(() => readWorkloads(dir)).toThrow(InputError);
    expect(() => readWorkloads(dir)).toThrow(message);
  });

  test('with an object that two files tell differently names both', () => {
    const dir = folderOf({ 'a.yaml': configMap('one'), 'b.yaml': configMap('one', 'y') });
    expect(() => readWorkloads(dir)).toThrow(/one is in .*a\.yaml and in .*b\.yaml.*kustomize build/);
  });

  test('that is missing, empty or no folder is refused in a clear sentence', () => {
    const dir = folderOf({});
    expect(() => readWorkloads(dir)).toThrow(/there are no Kubernetes objects in/);
    expect(() => readWorkloads(join(dir, 'none'))).toThrow(/there is no folder/);
    writeFileSync(join(dir, 'file'), '');
    expect(() => readWorkloads(join(dir, 'file'))).toThrow(/is not a folder/);
  });
});
