import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { InputError } from '../../../lib/plan/input-error.ts';
import { type Mistake, PlanError } from '../../../lib/plan/mistake.ts';
import { parsePlan, readPlan } from '../../../lib/plan/read-plan.ts';
import { planText } from './plan-text.ts';

function mistakesIn(text: string): readonly Mistake[] {
  try {
    parsePlan(text, 'lifeboat.yaml');
  } catch (error) {
    if (error instanceof PlanError) return error.mistakes;
    throw error;
  }
  return [];
}

describe('a valid plan', () => {
  const plan = parsePlan(planText(), 'lifeboat.yaml');

  test('has every duration in seconds', () => {
    expect(plan.platform).toMatchObject({ rpoSeconds: 300, rtoSeconds: 600 });
    expect(plan.applications[0]).toMatchObject({ rpoSeconds: 900, rtoSeconds: 1_200 });
    expect(plan.applications[1]?.dataStores[0]).toMatchObject({
      replication: { by: 'aurora-global-database', lagSeconds: 5 },
    });
    expect(plan.applications[0]).not.toHaveProperty('rpo');
  });

  test('has every default filled in', () => {
    expect(plan.authority).toEqual({ kind: 'strong', leaseSeconds: 60 });
    expect(plan.detection).toMatchObject({
      signals: ['probe-standby', 'probe-witness', 'heartbeat-alarm', 'operator'],
      quorum: 2,
      confirmationSeconds: 60,
      blockSeconds: 3_600,
      missingAfterSeconds: 60,
      recoverySeconds: 30,
      captureIntervalSeconds: 300,
      probe: { intervalSeconds: 10, timeoutSeconds: 5 },
    });
    expect(plan.approval).toEqual({
      mode: 'automatic',
      approvers: 1,
      remindAfterSeconds: 300,
      escalateAfterSeconds: 600,
      expireAfterSeconds: 1800,
    });
    expect(plan.notification).toEqual({ emails: [], escalationEmails: [] });
    expect(plan.applications[0]?.dns[0]).toMatchObject({ traffic: 'health-state', ttlSeconds: 60 });
    expect(plan.applications[0]?.checks[0]).toMatchObject({ kind: 'http', expectStatus: 200 });
    expect(plan.clusters[0]?.regions['eu-west-1']).toMatchObject({ autoscaler: 'karpenter', nodeGroups: [] });
  });

  test('puts what names no cluster on the only one', () => {
    expect(plan.applications.map(({ cluster }) => cluster)).toEqual(['main', 'main']);
    expect(plan.platform.components[0]?.cluster).toBe('main');
  });

  test('survives JSON, which is how deployed functions read it', () => {
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  test('may have a self-managed cluster', () => {
    const text = planText({
      'kind: eks': 'kind: self-managed',
      '{clusterName: shop-a, nodeGroups: [{name: general, instanceType: m6i.xlarge, minSize: 3, maxSize: 9}]}':
        '{apiEndpoint: https://a.shop.example:6443, etcdEndpoints: [https://etcd-a.shop.example:2379]}',
      '{clusterName: shop-b, autoscaler: karpenter}':
        '{apiEndpoint: https://b.shop.example:6443, etcdEndpoints: [https://etcd-b.shop.example:2379]}',
    });
    expect(parsePlan(text, 'lifeboat.yaml').clusters[0]?.kind).toBe('self-managed');
  });
});

describe('a broken plan', () => {
  test('is refused with every mistake at once, ordered by place', () => {
    const mistakes = mistakesIn(
      planText({
        'estate: shop': 'estate: Shop',
        'rto: 10m': 'rto: soon',
        'dependsOn: [orders]': 'dependsOn: [ordres]',
      }),
    );
    expect(mistakes.map(({ line, column, path }) => ({ line, column, path }))).toEqual([
      { line: 2, column: 9, path: 'estate' },
      { line: 12, column: 8, path: 'platform.rto' },
      { line: 23, column: 17, path: 'applications[0].dependsOn[0]' },
    ]);
  });

  test('is an input error whose message holds file, place, path and remedy', () => {
    const parse = () => parsePlan(planText({ 'rto: 10m': 'rto: soon' }), 'plans/shop.yaml');
    expect(parse).toThrow(InputError);
    expect(parse).toThrow(/^plans\/shop\.yaml:12:8 platform\.rto: "soon" is not a duration \(.*15m/);
  });

  test.each([
    [
      'an unknown key',
      { 'pattern: warm-standby': 'patern: warm-standby' },
      22,
      'unknown key "patern"',
      'did you mean "pattern"?',
    ],
    [
      'an unknown key beside the right one',
      { 'estate: shop': 'estate: shop\nestatee: shop' },
      3,
      'unknown key "estatee"',
      'there already',
    ],
    [
      'an unknown key like no other',
      { 'estate: shop': 'estate: shop\nxylophone: 1' },
      3,
      'unknown key "xylophone"',
      'known here: version, estate',
    ],
    [
      'an unknown key in a cluster',
      { 'clusterName: shop-b': 'clustername: shop-b' },
      9,
      'unknown key "clustername"',
      '"clusterName"',
    ],
    [
      'an unknown key in a node group',
      { 'maxSize: 9': 'maxSize: 9, maxSise: 9' },
      8,
      'unknown key "maxSise"',
      '"maxSize"',
    ],
    [
      'a missing key',
      { '    tier: 1\n    rpo: 15m': '    rpo: 15m' },
      16,
      '"tier" is missing',
      'add tier: one of 1, 2, 3, 4',
    ],
    [
      'a missing map',
      { 'owner: {name: core, contact: core@shop.example}\n    ': '' },
      30,
      '"owner" is missing',
      'a map of keys',
    ],
    ['a number for a duration', { 'rpo: 15m': 'rpo: 15' }, 20, '15 is not text', '15s'],
    ['a word for a number', { 'port: 80': 'port: http' }, 29, '"http" is not a', 'write a'],
    [
      'a fraction for a count',
      { 'minSize: 3': 'minSize: 3.5' },
      8,
      '3.5 is not a whole number',
      'write a whole number',
    ],
    [
      'nothing for a map',
      { 'owner: {name: core, contact: core@shop.example}': 'owner:' },
      31,
      'nothing is not a map',
      'a map of keys',
    ],
    ['a list for text', { 'estate: shop': 'estate: [shop]' }, 2, 'a list is not text', 'write text'],
    ['a map for text', { 'estate: shop': 'estate: {a: b}' }, 2, 'a map is not text', 'write text'],
    [
      'a wrong choice',
      { 'pattern: pilot-light': 'pattern: pilotlight' },
      36,
      '"pilotlight" is not one of',
      'did you mean pilot-light?',
    ],
    [
      'a wild choice',
      { 'pattern: pilot-light': 'pattern: miracle' },
      36,
      '"miracle" is not one of',
      'choose one of these',
    ],
    ['another version', { 'version: 1': 'version: 2' }, 1, '2 is not 1', '1'],
    ['another kind of cluster', { 'kind: eks': 'kind: ekss' }, 5, '"ekss" is not a kind', '"eks"'],
    ['a cluster of no kind', { '- kind: eks\n    name': '- name' }, 5, '"kind" is missing', 'eks, self-managed'],
    [
      'an empty list',
      { '[https://lb.eu-west-1.shop.example/healthz]': '[]' },
      45,
      '"eu-west-1" is empty',
      'list 1 or more',
    ],
    ['empty text', { 'name: core,': "name: ''," }, 31, '"name" is empty', 'write something'],
    ['a port out of range', { 'port: 80': 'port: 80000' }, 29, '80000 is too large', 'at most 65535'],
    ['a quorum of one', { 'detection:': 'detection:\n  quorum: 1' }, 42, '1 is too small', 'at least 2'],
    ['a namespace in capitals', { 'namespaces: [web]': 'namespaces: [Web]' }, 18, '"Web" is not a name', 'lower-case'],
  ] as const)('%s is shown with line, message and remedy', (_, replacements, line, message, remedy) => {
    const mistakes = mistakesIn(planText(replacements));
    const mistake = mistakes.find((candidate) => candidate.message.includes(message));
    expect(mistakes.map((each) => each.message)).toContainEqual(expect.stringContaining(message));
    expect(mistake?.line).toBe(line);
    expect(mistake?.remedy).toContain(remedy);
  });

  test('shows a label in the path as it is written', () => {
    const [mistake] = mistakesIn(
      planText({ 'namespaces: [web]': 'namespaces: [web]\n    selector: {app.kubernetes.io/name: 1}' }),
    );
    expect(mistake).toMatchObject({ line: 19, path: 'applications[0].selector["app.kubernetes.io/name"]' });
  });

  test('does not hide mistakes across the plan behind mistakes of form', () => {
    const messages = mistakesIn(
      planText({ 'tier: 1': 'tier: first', 'standby: eu-west-1': 'standby: eu-central-1', 'rpo: 1m': 'rpo: 1s' }),
    ).map(({ message }) => message);
    expect(messages).toContainEqual(expect.stringContaining('"first" is not one of'));
    expect(messages).toContainEqual(expect.stringContaining('the standby region is the active one'));
    expect(messages).toContainEqual(expect.stringContaining('the copy of orders-db may be 5s behind'));
  });

  test.each([
    ['text', 'hello'],
    ['a list', '- a\n- b'],
    ['wrong to the core', 'regions: 1\nclusters: 2\nplatform: 3\napplications: 4\nauthority: 5\ndetection: 6\n'],
    [
      'wrong one level down',
      'regions: {active: []}\nclusters: [1]\nplatform: {components: [2]}\napplications: [3, {dataStores: [4], dns: [5], checks: [6]}]\nauthority: {lease: []}\ndetection: {probe: 7}\n',
    ],
    [
      'wrong two levels down',
      'clusters: [{regions: {a: 1}}]\napplications: [{dns: [{zone: 1, targets: 2}], selector: 3, dataStores: [{replication: 1}]}]\nplatform: {components: 1}',
    ],
  ])('that is %s is refused, never a crash', (_, text) => {
    expect(mistakesIn(text).length).toBeGreaterThan(0);
  });

  test.each(['', '\n\n', '# only a comment\n', '---\n'])('that is empty (%j) says so', (text) => {
    expect(mistakesIn(text)).toEqual([expect.objectContaining({ line: 1, message: 'the plan is empty' })]);
  });

  test('that is not YAML says where', () => {
    const [mistake] = mistakesIn('version: 1\nregions: {active: x\nestate: shop\n');
    expect(mistake).toMatchObject({ line: 3, message: expect.stringContaining('not YAML') });
  });

  test('with a key twice names the key', () => {
    const [mistake] = mistakesIn(planText({ 'estate: shop': 'estate: shop\nestate: store' }));
    expect(mistake).toMatchObject({ line: 3, column: 1, message: expect.stringContaining('"estate" is there twice') });
  });

  test('with two documents is refused', () => {
    expect(mistakesIn(`${planText()}---\nversion: 1\n`)).toEqual([
      expect.objectContaining({ message: 'a second document starts' }),
    ]);
  });

  test('with an alias of nothing is refused', () => {
    const [mistake] = mistakesIn('version: 1\nestate: *name\n');
    expect(mistake?.message).toMatch(/alias|anchor/i);
  });
});

describe('the file of a plan', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plan-'));

  test('is read', () => {
    const file = join(folder, 'lifeboat.yaml');
    writeFileSync(file, planText());
    expect(readPlan(file).estate).toBe('shop');
  });

  test('that is not there is a clear sentence', () => {
    expect(() => readPlan(join(folder, 'none.yaml'))).toThrow(/none\.yaml: there is no such file \(.*lifeboat init/);
  });

  test('that is a folder is a clear sentence', () => {
    expect(() => readPlan(folder)).toThrow(/a folder, not a plan/);
  });

  test('whose path leads through a file is a clear sentence', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(() => readPlan(join(file, 'lifeboat.yaml'))).toThrow(/can't be read: ENOTDIR/);
  });
});
