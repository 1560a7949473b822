import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { InputError } from '../../../../lib/plan/input-error.ts';
import { readAssembly } from '../../../../lib/rehearsal/templates/assembly.ts';
import { writeAssembly } from './written-assembly.ts';

const template = { Resources: {} };

test('stacks come in the order of their dependencies, with region, account and template', () => {
  const folder = writeAssembly([
    { name: 'second', template, dependencies: ['first'], environment: 'aws://111122223333/us-west-2' },
    { name: 'first', template },
  ]);
  const { stacks } = readAssembly(folder);
  expect(stacks.map(({ name, region, accountId }) => [name, region, accountId])).toEqual([
    ['first', 'eu-west-1', undefined],
    ['second', 'us-west-2', '111122223333'],
  ]);
});

test('assets are found by the key that the templates name', () => {
  const folder = writeAssembly([
    { name: 'a', template, assets: { 'abc.zip': { path: 'asset.abc', packaging: 'zip' } } },
  ]);
  expect(readAssembly(folder).assets).toEqual(new Map([['abc.zip', join(folder, 'asset.abc')]]));
});

describe('what is not an assembly is refused with its file', () => {
  const refusal = (folder: string): string => {
    try {
      readAssembly(folder);
    } catch (error) {
      if (error instanceof InputError) return error.message;
    }
    return 'not refused';
  };

  test('a folder without a manifest', () => {
    const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
    expect(refusal(folder)).toContain(`${folder}/manifest.json does not exist`);
  });

  test('a manifest that is no JSON or no manifest', () => {
    const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
    writeFileSync(join(folder, 'manifest.json'), '{');
    expect(refusal(folder)).toContain("can't be read as JSON");
    writeFileSync(join(folder, 'manifest.json'), '{"artifacts": 1}');
    expect(refusal(folder)).toContain('is not what "cdk synth" writes');
  });

  test('an app without stacks', () => {
    expect(refusal(writeAssembly([]))).toContain('has no stacks');
  });

  test('a stack without a region', () => {
    const environment = 'aws://unknown-account/unknown-region';
    expect(refusal(writeAssembly([{ name: 'a', template, environment }]))).toContain('stack a has no region');
  });

  test('stacks that depend on each other', () => {
    const folder = writeAssembly([
      { name: 'a', template, dependencies: ['b'] },
      { name: 'b', template, dependencies: ['a'] },
    ]);
    expect(refusal(folder)).toContain('a → b → a depend on each other');
  });

  test.each(['Transform', 'Hooks'])('a template with a section %s', (section) => {
    const folder = writeAssembly([{ name: 'a', template: { ...template, [section]: {} } }]);
    expect(refusal(folder)).toContain(section);
  });

  test('nested assemblies, container images and stacks without a template', () => {
    const write = (artifact: object, file: object = {}): string => {
      const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
      writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ artifacts: { one: artifact } }));
      writeFileSync(join(folder, 'x.assets.json'), JSON.stringify({ files: {}, ...file }));
      return folder;
    };
    expect(refusal(write({ type: 'cdk:cloud-assembly' }))).toContain('nested cloud assembly one');
    const images = { dockerImages: { i: {} } };
    expect(refusal(write({ type: 'cdk:asset-manifest', properties: { file: 'x.assets.json' } }, images))).toContain(
      'container image assets are not simulated',
    );
    expect(refusal(write({ type: 'cdk:asset-manifest' }))).toContain('has no stacks');
    expect(refusal(write({ type: 'aws:cloudformation:stack', environment: 'aws://a/eu-west-1' }))).toContain(
      'stack one names no template file',
    );
  });
});
