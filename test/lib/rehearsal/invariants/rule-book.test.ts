import { describe, expect, test } from '@jest/globals';
import { canaryMarks } from '../../../../lib/rehearsal/estate/canary.ts';
import { SimulatedDataStore } from '../../../../lib/rehearsal/estate/data-store.ts';
import type { AuthorityState, Evidence, JournalFact } from '../../../../lib/rehearsal/invariants/invariant.ts';
import { RuleBook } from '../../../../lib/rehearsal/invariants/rule-book.ts';
import type { TraceEntry } from '../../../../lib/rehearsal/world/trace.ts';
import { auroraStore } from '../../data/aurora-world.ts';
import { application, dnsName, smallPlan } from '../small-plan.ts';

const active = 'eu-central-1';
const standby = 'eu-west-1';
const plan = smallPlan({
  applications: [
    application('orders', { dataStores: [auroraStore('orders')] }),
    application('audit', { dataStores: [auroraStore('audit', { acceptUnprovedFence: true })] }),
    application('everywhere', { pattern: 'active-active' }),
    application('web', { dns: [dnsName('www.shop.example')], dependsOn: ['orders'] }),
  ],
});

/** A world that a test bends to its will. */
class FakeEvidence implements Evidence {
  readonly plan = plan;
  atMs = 1_000_000;
  record: AuthorityState | undefined = {
    epoch: 1,
    activeRegion: active,
    phase: 'serving',
    leaseExpiresAtMs: 0,
    claimedBy: 'x',
  };
  names: readonly string[] = ['lb'];
  size = { replicas: 10, nodes: 3 };
  executions: ReturnType<Evidence['runningExecutions']> = [];
  held: ReturnType<Evidence['locks']> = [];
  fenced = false;
  nowMs = () => this.atMs;
  up = new Map<string, number | undefined>();
  upSinceMs = (region: string) => (this.up.has(region) ? this.up.get(region) : Number.NEGATIVE_INFINITY);
  authority = () => this.record;
  answers = () => this.names;
  capacity = () => this.size;
  runningExecutions = () => this.executions;
  locks = () => this.held;
  ended: readonly string[] = [];
  facts: JournalFact[] = [];
  endedExecutions = () => this.ended;
  journalFacts = () => this.facts;
  isIssuedSecret = (value: string) => value === 'f'.repeat(40);
  oldWriterFenced = () => this.fenced;
  here: ReturnType<Evidence['workloads']> = [];
  estate = new Map([['nodes of b', '2']]);
  incidents: readonly string[] = [];
  issues: ReturnType<Evidence['healthIssues']> = [];
  healthIssues = () => this.issues;
  workloads = (region: string, name: string) =>
    region === active ? [{ name: `Deployment ${name}/api`, replicas: 2, ready: 2 }] : this.here;
  estateFacts = () => new Map(this.estate);
  openIncidents = () => this.incidents;
}

function world() {
  const evidence = new FakeEvidence();
  const rules = new RuleBook(evidence);
  const entry = (
    service: string,
    operation: string,
    input: unknown,
    caller = 'lambda:x',
    region = standby,
  ): TraceEntry => ({
    atMs: evidence.atMs,
    caller,
    region,
    service,
    operation,
    input,
    output: {},
  });
  const write = (record: AuthorityState | undefined) => {
    evidence.record = record;
    rules.onCall(entry('dynamodb', 'UpdateItem', { TableName: 'shop-authority', UpdateExpression: 'SET x = :x' }));
  };
  const observe = (detail: object) => {
    const Payload = new TextEncoder().encode(JSON.stringify({ detail }));
    rules.onCall(
      entry('lambda', 'Invoke', { FunctionName: `arn:aws:lambda:${standby}:1:function:shop-assess-incident`, Payload }),
    );
  };
  const quorum = () => {
    observe({ signal: 'probe-witness', state: 'unhealthy' });
    observe({ alarmName: 'shop-heartbeat', state: { value: 'ALARM' } });
  };
  const broken = () => rules.broken.map((one) => one.rule);
  return { evidence, rules, entry, write, observe, quorum, broken };
}

const claimed: AuthorityState = {
  epoch: 2,
  activeRegion: standby,
  phase: 'claimed',
  leaseExpiresAtMs: 0,
  claimedBy: 'x',
};

test('a clean failover breaks nothing', () => {
  const { rules, write, quorum, broken, evidence } = world();
  rules.onServed('web', active);
  rules.onTick();
  quorum();
  write(claimed);
  write({ ...claimed, phase: 'serving' });
  rules.onServed('web', standby);
  rules.onTick();
  rules.onTick();
  rules.onEnd([]);
  expect(broken()).toEqual([]);
  expect(rules.checked).toBe(16);
  expect(evidence.nowMs()).toBe(1_000_000);
});

describe('rule 5', () => {
  const failover = { GlobalClusterIdentifier: 'orders', TargetDbClusterIdentifier: 'x', AllowDataLoss: true };
  const promote = ({ rules, entry }: ReturnType<typeof world>) =>
    rules.onCall(entry('rds', 'FailoverGlobalCluster', failover));

  test('catches a promotion with a fence that nothing proves and nobody accepted', () => {
    const made = world();
    promote(made);
    expect(made.rules.broken).toEqual([
      expect.objectContaining({ rule: 5, detail: expect.stringContaining('orders was promoted with an unproved') }),
    ]);
  });

  test('a failover that a human started is not one that a human agreed to', () => {
    const made = world();
    made.rules.onCall(made.entry('sfn', 'StartExecution', {}, 'human:operator'));
    promote(made);
    expect(made.broken()).toEqual([5]);
  });

  test.each([
    ['the old writer is fenced', (made: ReturnType<typeof world>) => Object.assign(made.evidence, { fenced: true })],
    [
      'a human agreed',
      (made: ReturnType<typeof world>) => made.rules.onCall(made.entry('lambda', 'Invoke', {}, 'human:alice')),
    ],
  ])('is kept where %s', (_case, prepare) => {
    const made = world();
    prepare(made);
    promote(made);
    expect(made.broken()).toEqual([]);
  });

  test('is kept where the plan accepts it', () => {
    const made = world();
    made.rules.onCall(made.entry('rds', 'FailoverGlobalCluster', { ...failover, GlobalClusterIdentifier: 'audit' }));
    expect(made.broken()).toEqual([]);
  });
});

describe('rule 1', () => {
  const store = (name: string) =>
    new SimulatedDataStore({ name: 'db', application: name, lagSeconds: 5, homeRegion: active });
  const writeIn = (region: string) => ({ sequence: 1, region, atMs: 0 });

  test('catches a region that writes again after another one did', () => {
    const { rules, broken } = world();
    const db = store('orders');
    for (const region of [active, active, standby]) rules.onWrite(db, writeIn(region));
    expect(broken()).toEqual([]);
    rules.onWrite(db, writeIn(active));
    expect(rules.broken).toEqual([
      {
        rule: 1,
        at: '1970-01-01T00:16:40.000Z',
        detail: 'orders/db acknowledged a write in eu-central-1 after one in eu-west-1',
      },
    ]);
  });

  test('leaves active-active applications to convergence', () => {
    const { rules, broken } = world();
    const db = store('everywhere');
    for (const region of [active, standby, active]) rules.onWrite(db, writeIn(region));
    expect(broken()).toEqual([]);
  });
});

describe('rule 2', () => {
  test('catches an epoch that falls, a record that goes, and a move without a new epoch', () => {
    const { write, broken, quorum, rules } = world();
    quorum();
    write({ epoch: 0, activeRegion: active, phase: 'serving', leaseExpiresAtMs: 0, claimedBy: 'x' });
    write({ epoch: 0, activeRegion: standby, phase: 'claimed', leaseExpiresAtMs: 0, claimedBy: 'x' });
    write(undefined);
    expect(broken()).toEqual([2, 2, 2]);
    expect(rules.broken[2]?.detail).toBe('the authority record is gone');
  });

  test('looks at writes to the authority only', () => {
    const { evidence, rules, entry, broken } = world();
    evidence.record = { epoch: 0, activeRegion: active, phase: 'serving', leaseExpiresAtMs: 0, claimedBy: 'x' };
    rules.onCall(entry('dynamodb', 'GetItem', { TableName: 'shop-authority', Key: {} }));
    rules.onCall(entry('dynamodb', 'PutItem', { TableName: 'shop-journal', Item: {} }));
    rules.onCall(entry('dynamodb', 'PutItem', undefined));
    expect(broken()).toEqual([]);
  });
});

describe('rule 3', () => {
  test('catches a name that resolves to nothing, once until it is back', () => {
    const { evidence, rules, broken } = world();
    evidence.names = [];
    rules.onTick();
    rules.onTick();
    evidence.names = ['lb'];
    rules.onTick();
    evidence.names = [];
    rules.onTick();
    expect(broken()).toEqual([3, 3]);
  });

  test('catches a region that serves without authority, once an epoch', () => {
    const { rules, broken } = world();
    rules.onServed('web', standby);
    rules.onServed('web', standby);
    rules.onServed('everywhere', standby);
    expect(broken()).toEqual([3]);
  });

  test('catches a region that serves before its gates let it', () => {
    const { rules, write, quorum, broken } = world();
    quorum();
    write(claimed);
    rules.onServed('web', standby);
    expect(broken()).toEqual([3]);
  });

  test('a region that comes back from the dark has its time to see that it was left, and no more', () => {
    const { evidence, rules, broken } = world();
    evidence.record = { ...claimed, phase: 'serving' };
    evidence.up.set(active, evidence.atMs - 80_000);
    rules.onServed('web', active);
    expect(broken()).toEqual([]);
    evidence.atMs += 1;
    rules.onServed('web', active);
    expect(broken()).toEqual([3]);
  });

  test('asks nobody for permission while there is no authority yet', () => {
    const { evidence, rules, broken } = world();
    evidence.record = undefined;
    rules.onServed('web', standby);
    expect(broken()).toEqual([]);
  });
});

describe('rule 3, as far as DNS goes', () => {
  const lb = (region: string) => `lb.${region}.shop.example`;

  function answered(region: string) {
    const made = world();
    made.evidence.names = [lb(region)];
    made.rules.onTick();
    return made;
  }

  test('DNS fails open while the region that serves is dark, and gets its time again when that is back', () => {
    const { evidence, rules, broken } = answered(standby);
    evidence.record = { ...claimed, phase: 'serving' };
    rules.onTick();
    evidence.up.set(standby, undefined);
    evidence.names = [lb(active)];
    evidence.atMs += 300_000;
    rules.onTick();
    evidence.up.set(standby, evidence.atMs);
    evidence.atMs += 120_000;
    rules.onTick();
    expect(broken()).toEqual([]);
    evidence.atMs += 1;
    rules.onTick();
    expect(broken()).toEqual([3]);
  });

  test('catches a name that turns to a region before its gates let it serve', () => {
    const { evidence, rules, write, quorum } = answered(active);
    quorum();
    write(claimed);
    evidence.names = [lb(standby)];
    rules.onTick();
    expect(rules.broken).toEqual([
      expect.objectContaining({
        rule: 3,
        detail: 'www.shop.example turned to eu-west-1 while the authority says eu-west-1 (claimed)',
      }),
    ]);
  });

  test('catches a name that turns back to the region that was left, and one that never leaves it', () => {
    const { evidence, rules, write, quorum, broken } = answered(active);
    quorum();
    write({ ...claimed, phase: 'serving' });
    rules.onTick();
    evidence.atMs += 120_000;
    rules.onTick();
    expect(broken()).toEqual([]);
    evidence.atMs += 10_000;
    rules.onTick();
    rules.onTick();
    expect(rules.broken.map(({ detail }) => detail)).toEqual([
      'www.shop.example still names eu-central-1, 130 s after eu-west-1 began to serve',
    ]);
    evidence.names = [lb(standby)];
    rules.onTick();
    evidence.names = [lb(active)];
    rules.onTick();
    expect(rules.broken.at(-1)?.detail).toContain('turned to eu-central-1 while');
  });
});

describe('rule 4', () => {
  test('catches a failover on one signal', () => {
    const { observe, write, rules } = world();
    observe({ signal: 'probe-standby', state: 'unhealthy' });
    observe({ signal: 'probe-standby', state: 'unhealthy' });
    write(claimed);
    expect(rules.broken).toEqual([
      expect.objectContaining({
        rule: 4,
        detail: expect.stringContaining('on the word of 1 vantages (probe-standby)'),
      }),
    ]);
  });

  test('catches a failover on two signals of one vantage', () => {
    const { observe, write, broken } = world();
    observe({ signal: 'probe-standby', state: 'unhealthy' });
    observe({ alarmName: 'shop-heartbeat', state: { value: 'ALARM' } });
    write(claimed);
    expect(broken()).toEqual([4]);
  });

  test('forgets a signal that has become healthy', () => {
    const { observe, quorum, write, broken } = world();
    quorum();
    observe({ alarmName: 'shop-heartbeat', state: { value: 'OK' } });
    observe({});
    write(claimed);
    expect(broken()).toEqual([4]);
  });

  test('catches a second failover inside the block period', () => {
    const { observe, quorum, write, evidence, rules } = world();
    quorum();
    write(claimed);
    evidence.atMs += 600_000;
    for (const signal of ['probe-witness', 'probe-standby']) observe({ signal, region: standby, state: 'unhealthy' });
    write({ ...claimed, epoch: 3, activeRegion: active });
    expect(rules.broken).toEqual([
      expect.objectContaining({ rule: 4, detail: 'a second failover 600 s after the first' }),
    ]);
  });

  test('counts what is said of the region that is left, not of the other one', () => {
    const { observe, quorum, write, broken } = world();
    quorum();
    observe({ signal: 'probe-witness', region: standby, state: 'healthy' });
    write(claimed);
    expect(broken()).toEqual([]);
  });

  test('is not misled by other functions and payloads that are not JSON', () => {
    const { rules, entry, write, broken } = world();
    for (const input of [
      { FunctionName: 'shop-probe-region', Payload: '{}' },
      { FunctionName: 'shop-assess-incident', Payload: 'no' },
      { FunctionName: 'shop-assess-incident' },
      null,
    ]) {
      rules.onCall(entry('lambda', 'Invoke', input));
    }
    write(claimed);
    expect(broken()).toEqual([4]);
  });
});

test('rule 5 catches a claim before the lease has ended', () => {
  const { quorum, write, rules, evidence } = world();
  evidence.record = { epoch: 1, activeRegion: active, phase: 'serving', leaseExpiresAtMs: 1_012_300, claimedBy: 'x' };
  write(evidence.record);
  quorum();
  write(claimed);
  expect(rules.broken).toEqual([
    expect.objectContaining({ rule: 5, detail: "eu-west-1 took over 12.3 s before eu-central-1's lease ended" }),
  ]);
});

test('rule 5 catches a lease that somebody else ends early, and lets the region give up its own', () => {
  const { rules, evidence, entry } = world();
  const held = { epoch: 1, activeRegion: active, phase: 'serving', leaseExpiresAtMs: 1_060_000, claimedBy: 'x' };
  const writes = (caller: string, leaseExpiresAtMs: number) => {
    evidence.record = { ...held, leaseExpiresAtMs };
    rules.onCall(entry('dynamodb', 'UpdateItem', { TableName: 'shop-authority', UpdateExpression: 'SET x' }, caller));
  };
  writes(`lambda:shop-renew-lease@${active}#1`, 1_060_000);
  writes(`lambda:shop-gate-ingress@${active}#2`, 1_000_000);
  expect(rules.broken).toEqual([]);
  writes(`lambda:shop-claim-authority@${standby}#1`, 990_000);
  expect(rules.broken).toEqual([
    expect.objectContaining({
      rule: 5,
      detail: 'lambda:shop-claim-authority@eu-west-1#1 ended the lease of eu-central-1 early',
    }),
  ]);
});

test('rule 10 catches replicas and nodes that go while the standby is active, and only then', () => {
  const { evidence, rules, broken } = world();
  rules.onTick();
  evidence.size = { replicas: 5, nodes: 2 };
  rules.onTick();
  expect(broken()).toEqual([]);
  evidence.record = claimed;
  rules.onTick();
  evidence.size = { replicas: 4, nodes: 1 };
  rules.onTick();
  expect(broken()).toEqual([10, 10]);
});

describe('rule 12', () => {
  test('catches executions and locks that outlive their time-outs', () => {
    const { evidence, rules, broken } = world();
    evidence.executions = [
      { name: 'old', startedAtMs: 0, timeoutSeconds: 600 },
      { name: 'young', startedAtMs: 900_000, timeoutSeconds: 600 },
    ];
    evidence.held = [{ owner: 'old', expiresAtMs: 999_999 }];
    rules.onEnd([]);
    expect(broken()).toEqual([12, 12]);
  });

  test('catches a lock that nobody needs any more', () => {
    const { evidence, rules } = world();
    evidence.held = [{ owner: 'gone', expiresAtMs: 9_000_000 }];
    rules.onEnd([]);
    expect(rules.broken[0]?.detail).toContain('held though no execution runs');
  });
});

describe('rule 2, from the world’s side', () => {
  const process = `lambda:shop-shift-traffic@${standby}#1`;
  const under = (epoch: number, name = process) => ({ process: name, eventJson: JSON.stringify({ epoch }) });
  const batch = (epoch: number) => ({
    HostedZoneId: 'Z1',
    ChangeBatch: {
      Changes: [
        { Action: 'DELETE', ResourceRecordSet: { ResourceRecords: [{ Value: '"lifeboat epoch=1 execution=old"' }] } },
        {
          Action: 'CREATE',
          ResourceRecordSet: { Type: 'TXT', ResourceRecords: [{ Value: `"lifeboat epoch=${epoch} execution=x"` }] },
        },
      ],
    },
  });
  const effects = (entry: ReturnType<typeof world>['entry'], caller: string) => [
    entry('route53-recovery-cluster', 'UpdateRoutingControlStates', {}, caller),
    entry('rds', 'FailoverGlobalCluster', {}, caller),
    { ...entry('kubernetes', 'PATCH', { path: '/x' }, caller), output: { status: 200 } },
    entry('dynamodb', 'UpdateItem', { TableName: 'shop-authority', UpdateExpression: 'SET x = :x' }, caller),
  ];

  test('catches every accepted effect of an invocation under an old epoch', () => {
    const { evidence, rules, entry, broken } = world();
    evidence.record = { ...evidence.record!, epoch: 3 };
    rules.onRun(under(2));
    for (const effect of effects(entry, process)) rules.onCall(effect);
    rules.onCall(entry('route-53', 'ChangeResourceRecordSets', batch(2), 'anybody', 'us-east-1'));
    expect(broken()).toEqual([2, 2, 2, 2, 2]);
  });

  test('leaves alone what is refused, what only looks, and what is under the current epoch', () => {
    const { evidence, rules, entry, broken } = world();
    evidence.record = { ...evidence.record!, epoch: 3 };
    rules.onRun(under(2));
    const error = { name: 'ConditionalCheckFailedException', message: '' };
    for (const effect of effects(entry, process)) rules.onCall({ ...effect, error });
    rules.onCall(entry('rds', 'DescribeGlobalClusters', {}, process));
    rules.onCall({ ...entry('kubernetes', 'GET', {}, process), output: { status: 200 } });
    rules.onCall({ ...entry('kubernetes', 'PATCH', {}, process), output: { status: 409 } });
    rules.onRun(under(3));
    for (const effect of effects(entry, process)) rules.onCall(effect);
    rules.onRun({ process, eventJson: '{}' });
    for (const effect of effects(entry, process)) rules.onCall(effect);
    rules.onCall(entry('route-53', 'ChangeResourceRecordSets', batch(3), 'anybody', 'us-east-1'));
    expect(broken()).toEqual([]);
  });
});

describe('rule 13', () => {
  const caller = `lambda:shop-recover-applications@${standby}#1`;
  const machine = `states:shop-failover/one@${standby}`;
  /** The state machine's call of the function, told when it has ended. */
  const invoked = (entry: ReturnType<typeof world>['entry'], from = machine) =>
    entry('lambda', 'Invoke', { FunctionName: `arn:aws:lambda:${standby}:1:function:shop-recover-applications` }, from);

  test('catches calls of the failover to the dying region and to global control planes', () => {
    const { rules, entry, broken } = world();
    rules.onCall(entry('eks', 'DescribeCluster', {}, caller, active));
    expect(broken()).toEqual([]);
    rules.onCall(invoked(entry));
    expect(broken()).toEqual([13]);
    rules.onCall(entry('route-53', 'ChangeResourceRecordSets', {}, caller, 'us-east-1'));
    rules.onCall(entry('sns', 'Publish', {}, machine, active));
    expect(broken()).toEqual([13, 13, 13]);
  });

  test('leaves others, name look-ups and the own region alone', () => {
    const { rules, entry, broken } = world();
    rules.onCall(invoked(entry));
    rules.onCall(entry('eks', 'DescribeCluster', {}, caller, standby));
    rules.onCall(entry('dns', 'Resolve', {}, caller, active));
    rules.onCall(entry('dynamodb', 'PutItem', {}, `lambda:shop-capture-replicas@${standby}#1`, active));
    rules.onCall(entry('eks', 'DescribeCluster', {}, `lambda:shop-recover-applications@${active}#1`, active));
    rules.onCall(invoked(entry, `states:shop-other/one@${standby}`));
    expect(broken()).toEqual([]);
  });
});

describe('rule 11, about what AWS Health says', () => {
  const iso = (ms: number) => new Date(ms).toISOString();
  const issue = { region: active, eventArn: 'arn:aws:health:issue', startedMs: 100_000, saidMs: 120_000 };
  const fact = (kind: string, text: object): JournalFact => ({
    region: standby,
    incidentId: 'incident',
    sequence: 1,
    kind,
    executionArn: 'none',
    text: JSON.stringify(text),
  });
  const opened = fact('incident-opened', { at: iso(205_000), detail: { openedAt: iso(200_000) } });
  const calmed = fact('incident-calmed', { at: iso(300_000) });
  const noted = fact('aws-health-noted', { at: iso(210_000), detail: { eventArn: issue.eventArn } });

  function broken(said: ReturnType<Evidence['healthIssues']>[number], ...facts: JournalFact[]) {
    const { evidence, rules } = world();
    evidence.issues = [said];
    evidence.facts = facts.map((one, index) => ({ ...one, sequence: index + 1 }));
    rules.onEnd([]);
    return rules.broken.map(({ rule }) => rule);
  }

  test('catches an issue that the journal of an incident lacks', () => {
    expect(broken(issue, opened)).toEqual([11]);
    expect(broken({ ...issue, endedMs: 250_000 }, opened, calmed)).toEqual([11]);
    const other = fact('aws-health-noted', { at: iso(210_000), detail: { eventArn: `${issue.eventArn}2` } });
    expect(broken(issue, opened, other)).toEqual([11]);
  });

  test.each<[string, Partial<typeof issue> & { endedMs?: number }, JournalFact[]]>([
    ['has it', {}, [opened, noted]],
    ['was over before', { startedMs: 310_000, saidMs: 310_000 }, [opened, calmed]],
    ['began after', { endedMs: 190_000 }, [opened]],
    ['was opened by nobody', {}, [calmed]],
    ['is not there', {}, []],
    ['may still get it', { saidMs: 999_000 }, [opened]],
    ['is about another region', { region: 'eu-west-3' }, [opened]],
  ])('lets pass an incident that %s', (_name, changes, facts) => {
    expect(broken({ ...issue, ...changes }, ...facts)).toEqual([]);
  });

  test('asks nothing of an estate that doesn’t listen', () => {
    const { evidence } = world();
    const deaf = { ...plan, detection: { ...plan.detection, awsHealth: false } };
    Object.assign(evidence, { plan: deaf, issues: [issue], facts: [opened] });
    const rules = new RuleBook(evidence);
    rules.onEnd([]);
    expect(rules.broken).toEqual([]);
  });
});

describe('rule 11', () => {
  const arn = 'arn:execution';
  const seen = [
    { name: 'platform', rtoSeconds: 200 },
    { name: 'web', rtoSeconds: 260 },
  ];
  const fact = (sequence: number, changes: Partial<JournalFact> = {}): JournalFact => ({
    region: standby,
    incidentId: 'incident',
    sequence,
    kind: 'lock-acquired',
    executionArn: arn,
    text: `entry ${sequence}`,
    ...changes,
  });
  const closing = (changes: Partial<NonNullable<JournalFact['closing']>> = {}) =>
    fact(2, {
      kind: 'execution-closed',
      closing: { outcome: 'recovered', epoch: 2, recoveries: seen.map((one) => ({ ...one })), ...changes },
    });

  function ended(...facts: JournalFact[]) {
    const made = world();
    made.evidence.record = { ...claimed, phase: 'serving', claimedBy: arn };
    made.evidence.facts = facts;
    made.evidence.ended = [arn];
    made.evidence.up.set(active, undefined);
    made.rules.onEnd(seen);
    return made.rules.broken.map(({ rule, detail }) => [rule, detail]);
  }

  test('holds where the record says what clients saw', () => {
    expect(ended(fact(1), closing())).toEqual([]);
  });

  test.each([
    ['a gap', [fact(1), fact(3)], 'the journal of incident of eu-west-1 has no entry 2'],
    ['an execution without a record', [fact(1)], 'execution arn:execution ended with 0 records'],
    [
      'a recovery that is called something else',
      [fact(1), closing({ outcome: 'held' })],
      'says held; the authority says',
    ],
    ['another epoch', [fact(1), closing({ epoch: 7 })], 'says epoch 7; the authority says 2'],
    [
      'clients that came back much later',
      [
        fact(1),
        closing({
          recoveries: [
            { name: 'platform', rtoSeconds: 200 },
            { name: 'web', rtoSeconds: 160 },
          ],
        }),
      ],
      'the record says of web: recovered after 160 s; its clients were back after 260 s',
    ],
    [
      'clients that came back before',
      [
        fact(1),
        closing({
          recoveries: [
            { name: 'platform', rtoSeconds: 200 },
            { name: 'web', rtoSeconds: 271 },
          ],
        }),
      ],
      'the record says of web: recovered after 271 s; its clients were back after 260 s',
    ],
    [
      'clients that are missed out',
      [
        fact(1),
        closing({
          recoveries: [
            { name: 'platform', rtoSeconds: 200 },
            { name: 'web', rtoSeconds: null },
          ],
        }),
      ],
      'the record says of web: not recovered; its clients: 260',
    ],
  ])('catches %s', (_what, facts, detail) => {
    expect(ended(...facts)).toEqual(expect.arrayContaining([[11, expect.stringContaining(detail)]]));
  });

  test('a region that is up may have served some clients before the record says that all were back', () => {
    const { evidence, rules } = world();
    evidence.record = { ...claimed, phase: 'serving', claimedBy: arn };
    evidence.facts = [fact(1), closing({ recoveries: seen.map((one) => ({ ...one, rtoSeconds: 300 })) })];
    evidence.ended = [arn];
    rules.onEnd(seen);
    expect(rules.broken).toEqual([]);
    evidence.facts = [fact(1), closing({ recoveries: seen.map((one) => ({ ...one, rtoSeconds: 80 })) })];
    rules.onEnd(seen);
    expect(rules.broken.map(({ detail }) => detail)).toEqual([
      'the record says of web: recovered after 80 s; its clients were back after 260 s',
    ]);
  });

  test('catches a recovery that never took effect', () => {
    const { evidence, rules } = world();
    evidence.record = { ...claimed, claimedBy: arn };
    evidence.facts = [fact(1), closing()];
    rules.onEnd(seen);
    expect(rules.broken[0]?.detail).toContain('says recovered; the authority says eu-west-1 (claimed)');
  });

  test('catches entries that are overwritten or deleted, by whatever call', () => {
    const { evidence, rules, entry } = world();
    const call = (operation: string) => rules.onCall(entry('dynamodb', operation, { TableName: 'shop-journal' }));
    evidence.facts = [fact(1), fact(2)];
    call('PutItem');
    evidence.facts = [fact(1, { text: 'other' })];
    call('Query');
    expect(rules.broken).toEqual([]);
    call('DeleteItem');
    expect(rules.broken.map(({ detail }) => detail)).toEqual([
      'journal entry incident/1 of eu-west-1 was overwritten',
      'journal entry incident/2 of eu-west-1 was deleted',
    ]);
  });
});

describe('rule 14', () => {
  const [plain = '', encoded = ''] = canaryMarks;

  test('catches the value of a Secret wherever it turns up', () => {
    const { rules, entry } = world();
    const Payload = new TextEncoder().encode(`{"password":"${plain}/shop/db/password"}`);
    rules.onCall(entry('lambda', 'Invoke', { FunctionName: 'x', Payload }, 'states:shop-failover'));
    rules.onCall(entry('sns', 'Publish', { Message: `login with ${encoded}L3Nob3A` }));
    rules.onLogLine('lambda:shop-scale-wave@eu-west-1#1', `{"data":"${encoded}"}`);
    rules.onLogLine('lambda:shop-scale-wave@eu-west-1#2', `{"data":"${encoded}"}`);
    expect(rules.broken.map(({ rule, detail }) => [rule, detail])).toEqual([
      [14, 'the value of a Secret in lambda Invoke of states:shop-failover'],
      [14, 'the value of a Secret in sns Publish of lambda:x'],
      [14, 'the value of a Secret in the log of lambda:shop-scale-wave@eu-west-1'],
    ]);
  });

  test('catches tokens, presigned signatures and keys that were given out, and no other long number', () => {
    const { rules } = world();
    rules.onLogLine('a', 'Authorization: Bearer k8s-aws-v1.aHR0cHM');
    rules.onLogLine('b', 'https://sts.eu-west-1.amazonaws.com/?X-Amz-Signature=abc');
    rules.onLogLine('c', `key ${'f'.repeat(40)}`);
    rules.onLogLine('d', `sha256 ${'e'.repeat(64)}`);
    expect(rules.broken.map(({ detail }) => detail)).toEqual([
      'a token or a presigned signature in the log of a',
      'a token or a presigned signature in the log of b',
      'a secret key or a session token in the log of c',
    ]);
  });

  test('lets what is asked of Secrets themselves be: a trace holds its hash only', () => {
    const { rules, entry, broken } = world();
    const body = JSON.stringify({ data: { password: encoded } });
    rules.onCall(entry('kubernetes', 'POST', { path: '/api/v1/namespaces/shop/secrets', body }));
    expect(broken()).toEqual([]);
    rules.onCall(entry('kubernetes', 'POST', { path: '/api/v1/namespaces/shop/configmaps', body }));
    expect(broken()).toEqual([14]);
  });
});

describe('a false alarm', () => {
  test('that leaves something behind is caught, by name', () => {
    const { evidence, rules } = world();
    rules.onTick();
    evidence.estate = new Map([
      ['nodes of b', '9'],
      ['DaemonSet b lifeboat-prewarm/images-0', '{}'],
    ]);
    rules.onEnd([]);
    expect(rules.broken).toMatchObject([
      {
        rule: 15,
        detail:
          'no failover was started, and yet the estate changed: nodes of b was 2 and is 9; DaemonSet b lifeboat-prewarm/images-0 is new',
      },
    ]);
  });

  test('may keep its pre-warm while its incident is open, and a failover may change what it likes', () => {
    const open = world();
    open.rules.onTick();
    open.evidence.estate = new Map([['nodes of b', '9']]);
    open.evidence.incidents = ['incident'];
    open.rules.onEnd([]);
    const moved = world();
    moved.rules.onTick();
    moved.quorum();
    moved.rules.onCall(moved.entry('sfn', 'StartExecution', { stateMachineArn: 'arn:x:shop-failover', name: 'a' }));
    moved.evidence.estate = new Map([['nodes of b', '9']]);
    moved.rules.onEnd([]);
    expect([...open.broken(), ...moved.broken()]).not.toContain(15);
  });
});

describe('an aborted failover', () => {
  const executionArn = 'arn:aws:states:eu-west-1:111122223333:execution:shop-failover:a';
  const abort = (accepted: boolean): JournalFact => ({
    region: standby,
    incidentId: 'incident',
    sequence: 1,
    kind: 'abort-requested',
    executionArn,
    text: JSON.stringify({ detail: { by: 'arn:person', accepted } }),
  });
  const closed = (outcome: string): JournalFact => ({
    ...abort(true),
    sequence: 2,
    kind: 'execution-closed',
    text: '{}',
    closing: { outcome, recoveries: [] },
  });

  test.each([
    ['that leaves something behind is caught', [abort(true), closed('aborted')], true],
    ['that was too late may change what it likes', [abort(false), closed('aborted')], false],
    ['that recovered may change what it likes', [abort(true), closed('recovered')], false],
  ])('%s', (_what, facts, caught) => {
    const { evidence, rules, entry } = world();
    rules.onTick();
    rules.onCall(entry('sfn', 'StartExecution', { stateMachineArn: 'arn:x:shop-failover', name: 'a' }));
    evidence.facts = facts;
    evidence.estate = new Map([['nodes of b', '9']]);
    rules.onEnd([]);
    const details = rules.broken.filter(({ rule }) => rule === 15).map(({ detail }) => detail);
    expect(details).toEqual(
      caught ? ['no failover was let claim, and yet the estate changed: nodes of b was 2 and is 9'] : [],
    );
  });
});

describe('the order of starts', () => {
  const path = '/apis/apps/v1/namespaces/web/deployments/web/scale?fieldManager=lifeboat';
  const caller = `lambda:shop-recover-applications@${standby}#1`;

  test.each([
    ['is not there', []],
    ['has no replicas', [{ name: 'Deployment orders/api', replicas: 0, ready: 0 }]],
    ['is not ready', [{ name: 'Deployment orders/api', replicas: 2, ready: 1 }]],
  ])('is broken by a start before what it depends on: %s', (_how, here) => {
    const { evidence, rules, entry, broken } = world();
    evidence.here = here;
    rules.onCall(entry('kubernetes', 'PATCH', { path }, caller));
    expect(broken()).toEqual([16]);
  });

  test('is kept by a start after it', () => {
    const { evidence, rules, entry, broken } = world();
    evidence.here = [{ name: 'Deployment orders/api', replicas: 2, ready: 2 }];
    rules.onCall(entry('kubernetes', 'PATCH', { path }, caller));
    expect(broken()).toEqual([]);
  });
});
