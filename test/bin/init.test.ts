import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { registerInit } from '../../bin/commands/init.ts';
import { readPlan } from '../../lib/plan/read-plan.ts';
import { folderOf } from '../lib/plan/draft/folder.ts';
import { runVerb } from './run-verb.ts';

const deployment = (name: string, env = '') => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${name}}
spec: {replicas: 1, template: {metadata: {labels: {app: ${name}}}, spec: {containers: [{name: c, image: x, env: [${env}]}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${name}}
spec: {selector: {app: ${name}}, ports: [{port: 80}]}
`;
const claims =
  '\nspec: {volumeClaimTemplates: [{metadata: {name: data}}], template: {metadata: {labels: {app: db}}, spec: {containers: []}}}\n';
const files = {
  'shop/web.yaml': deployment('web', '{name: A, value: http://orders.orders}'),
  'shop/orders.yaml': deployment('orders', '{name: A, value: http://web.web}'),
  'shop/db.yaml': `apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db, namespace: orders}${claims}`,
  'shop/values.yaml': 'a: 1\n',
};

let dir = '';
let file = '';
beforeEach(() => {
  dir = folderOf(files);
  file = join(dir, 'lifeboat.yaml');
});

const init = (...args: string[]) =>
  runVerb(registerInit, ['init', '--workloads', join(dir, 'shop'), '-f', file, ...args]);

describe('lifeboat init', () => {
  test('writes a valid plan and says what it thought', async () => {
    const { stdout, exitCode } = await init();
    expect(exitCode).toBe(0);
    expect(readPlan(file).applications.map(({ name }) => name)).toEqual(['orders', 'web']);
    expect(stdout).toContain('estate shop, 2 applications');
    expect(stdout).toContain('orders: tier 3, warm-standby, needs web');
    expect(stdout).toContain('left out: web needs orders, which would close the cycle web → orders → web');
    expect(stdout).toContain('not recoverable: orders: nothing replicates');
    expect(stdout).toContain('--data external');
    expect(stdout).toContain('passed over, no Kubernetes objects in it: values.yaml');
    expect(readdirSync(dir).sort()).toEqual(['lifeboat.yaml', 'shop']);
  });

  test('with external data has nothing to warn of', async () => {
    const { stdout } = await init('--data', 'external');
    expect(stdout).not.toContain('not recoverable');
    expect(readPlan(file).applications[0]?.dataStores[0]?.kind).toBe('external');
  });

  test('gives scripts one document', async () => {
    const { stdout } = await init('--json', '--estate', 'My Shop');
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      file,
      estate: 'my-shop',
      platform: [{ role: 'control-plane', name: 'eks' }],
      applications: [
        { name: 'orders', tier: 3, pattern: 'warm-standby', dependsOn: ['web'] },
        { name: 'web', tier: 3, pattern: 'warm-standby', dependsOn: [] },
      ],
      leftOut: [
        {
          from: 'web',
          to: 'orders',
          cycle: ['web', 'orders', 'web'],
          because: expect.stringContaining('A of Deployment web'),
        },
      ],
      unrecoverable: [{ application: 'orders', reason: expect.any(String), remedy: expect.any(String) }],
      ignored: ['values.yaml'],
    });
  });

  test('points the editor to the schema of this checkout', async () => {
    await init();
    const path = /\$schema=(\S+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
    expect(JSON.parse(readFileSync(join(dir, path), 'utf8'))).toHaveProperty('properties.estate');
  });

  test('takes other regions, and the weaker authority where tables have no strong consistency', async () => {
    await init('--active', 'eu-north-1', '--standby', 'eu-west-1', '--witness', 'eu-west-3');
    expect(readPlan(file)).toMatchObject({ regions: { active: 'eu-north-1' }, authority: { kind: 'regional' } });
  });

  test('overwrites only when forced', async () => {
    writeFileSync(file, 'mine');
    const { stderr, exitCode } = await init();
    expect(exitCode).toBe(2);
    expect(stderr).toContain('is there already');
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect((await init('--force')).exitCode).toBe(0);
    expect(readPlan(file).estate).toBe('shop');
  });

  test.each([
    [
      'a region that AWS does not have',
      ['--active', 'eu-centrl-1'],
      /"eu-centrl-1" is not an AWS region: did you mean "eu-central-1"/,
    ],
    ['one region twice', ['--standby', 'eu-central-1'], /three different regions/],
    ['a folder that is not there', ['--workloads', '/nowhere'], /there is no folder \/nowhere/],
    ['another way to keep data', ['--data', 'elsewhere'], /elsewhere/],
  ])('refuses %s and writes nothing', async (_, args, message) => {
    const { stderr, stdout, exitCode } = await init(...args);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(readdirSync(dir)).toEqual(['shop']);
  });

  test('refuses manifests that do not parse and writes nothing', async () => {
    writeFileSync(join(dir, 'shop', 'broken.yaml'), 'a: [b');
    const { stderr, exitCode } = await init();
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/broken\.yaml:1: doesn't parse/);
    expect(readdirSync(dir)).toEqual(['shop']);
  });

  test.each([
    ['below a folder that is not there', () => join(dir, 'none', 'lifeboat.yaml'), /there is no folder/],
    ['over a folder', () => dir, /is a folder/],
    ['over the half of another run', () => file, /can't be written/],
  ])('refuses to write %s', async (_, target, message) => {
    mkdirSync(join(dir, '.lifeboat.yaml.half-written'));
    const { stderr, exitCode } = await runVerb(registerInit, [
      'init',
      '--workloads',
      join(dir, 'shop'),
      '-f',
      target(),
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
    expect(readdirSync(dir)).not.toContain('lifeboat.yaml');
  });

  test('has help with an example', async () => {
    const { stdout, exitCode } = await runVerb(registerInit, ['init', '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('$ lifeboat init --workloads k8s/');
  });
});
