import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { registerValidate } from '../../bin/commands/validate.ts';
import { folderOf } from '../lib/plan/draft/folder.ts';
import { planText } from '../lib/plan/plan-text.ts';
import { runVerb } from './run-verb.ts';

const claims = `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: orders}
spec: {volumeClaimTemplates: [{metadata: {name: data}}]}
`;
const dir = folderOf({
  'good.yaml': planText(),
  'forgetful.yaml': planText({ '- name: orders-db': '- name: orders-db\n        workload: StatefulSet/other' }),
  'manifests/db.yaml': claims,
  'bad.yaml': planText({ 'rto: 10m': 'rto: soon', 'estate: shop': 'estate: Shop' }),
  'lost.yaml': planText({
    '        kind: external\n        replication: {by: aurora-global-database, lag: 5s}\n':
      '        kind: in-cluster\n',
  }),
});
const validate = (...args: string[]) => runVerb(registerValidate, ['validate', ...args]);

describe('lifeboat validate', () => {
  test('shows the waves of a valid plan', async () => {
    const { stdout, stderr, exitCode } = await validate('-f', join(dir, 'good.yaml'));
    expect(exitCode).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toContain('valid, 2 applications\n  wave 0: platform\n  wave 1: orders\n  wave 2: web\n');
  });

  test('shows what could not be recovered, and how it could', async () => {
    const { stdout, exitCode } = await validate('-f', join(dir, 'lost.yaml'));
    expect(exitCode).toBe(0);
    expect(stdout).toContain('not recoverable: orders: nothing replicates');
    expect(stdout).toContain('not recoverable: web: depends on orders');
  });

  test('warns of a degraded mode that the plan asks for, which is no mistake', async () => {
    const file = join(dir, 'degraded.yaml');
    const targets = 'targets: {eu-central-1: lb.eu-central-1.shop.example';
    writeFileSync(file, planText({ [targets]: `traffic: record-change\n        ${targets}` }));
    const { stdout, exitCode } = await validate('-f', file);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('warning: www.shop.example moves by record-change, a degraded mode');
    const { warnings } = JSON.parse((await validate('-f', file, '--json')).stdout);
    expect(warnings).toEqual([
      { message: expect.stringContaining('us-east-1'), remedy: expect.stringContaining('health-state') },
    ]);
  });

  test('shows every mistake on a line of its own that an editor can follow, and ends with 2', async () => {
    const file = join(dir, 'bad.yaml');
    const { stdout, stderr, exitCode } = await validate('-f', file);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(`^${file}:2:9 estate: "Shop" is not an estate name \\(.+\\)$`),
      expect.stringMatching(`^${file}:12:8 platform.rto: "soon" is not a duration \\(.+\\)$`),
      `2 mistakes in ${file}`,
      '',
    ]);
  });

  test('says one mistake in the singular', async () => {
    const { stderr, exitCode } = await validate('-f', join(dir, 'none.yaml'));
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/there is no such file \(.*\)\n1 mistake in /);
  });

  test('gives scripts one document, whatever the plan', async () => {
    const good = await validate('-f', join(dir, 'lost.yaml'), '--json');
    expect(good.exitCode).toBe(0);
    expect(JSON.parse(good.stdout)).toEqual({
      ok: true,
      file: join(dir, 'lost.yaml'),
      mistakes: [],
      waves: [['orders'], ['web']],
      unrecoverable: [
        { application: 'web', reason: expect.any(String), remedy: expect.any(String) },
        { application: 'orders', reason: expect.any(String), remedy: expect.any(String) },
      ],
      warnings: [],
    });
    const bad = await validate('-f', join(dir, 'bad.yaml'), '--json');
    expect(bad).toMatchObject({ exitCode: 2, stderr: '' });
    expect(JSON.parse(bad.stdout)).toMatchObject({
      ok: false,
      mistakes: [
        { line: 2, column: 9, path: 'estate' },
        { line: 12, column: 8, path: 'platform.rto' },
      ],
      waves: [],
      unrecoverable: [],
    });
    const none = await validate('-f', join(dir, 'none.yaml'), '--json');
    expect(none.exitCode).toBe(2);
    expect(JSON.parse(none.stdout).mistakes).toEqual([
      expect.objectContaining({ line: 0, message: 'there is no such file' }),
    ]);
  });

  test('reads lifeboat.yaml of the working folder unless told otherwise', async () => {
    const before = process.cwd();
    writeFileSync(join(dir, 'lifeboat.yaml'), planText());
    process.chdir(dir);
    try {
      expect((await validate()).stdout).toMatch(/^lifeboat\.yaml: valid/);
    } finally {
      process.chdir(before);
    }
  });

  test('with the manifests also shows claims that the plan forgot', async () => {
    const { stdout } = await validate('-f', join(dir, 'forgetful.yaml'), '--workloads', join(dir, 'manifests'));
    expect(stdout).toContain(
      'not recoverable: orders: nothing replicates what it keeps inside the cluster: db (StatefulSet/db)',
    );
  });

  test('has help with an example', async () => {
    const { stdout, exitCode } = await validate('--help');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('$ lifeboat validate -f examples/bank/lifeboat.yaml');
  });
});
