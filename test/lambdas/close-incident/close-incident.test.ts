import { describe, expect, test } from '@jest/globals';
import { closeIncident } from '../../../lambdas/close-incident/close-incident.ts';
import type { Notice } from '../../../lambdas/shared/notice.ts';
import { at, failoverWorld } from '../shared/failover-world.ts';
import { FakeMetrics } from '../shared/fake-metrics.ts';
import { FakeRuntime } from '../shared/fake-runtime.ts';
import { RecordedEvents } from '../shared/recorded-events.ts';
import { sampleApplication } from '../shared/sample-plan.ts';

const incidentId = 'shop-20260301T120010000Z';
const executionArn = 'arn:aws:states:eu-west-1:111122223333:execution:shop-failover:failover-epoch-2';
const recovered = { executionArn, incidentId, startedAt: at(70), outcome: 'recovered' as const, epoch: 2 };
const held = {
  ...recovered,
  outcome: 'held' as const,
  epoch: 0,
  error: 'CaptureMissingError',
  cause: '{"errorType":"CaptureMissingError","errorMessage":"no capture of \\"web\\"","trace":[]}',
  unrecoverable: [{ application: 'web', reason: 'nothing replicates it', remedy: 'replicate it' }],
};

async function setUp() {
  const world = await failoverWorld();
  const told: Notice[] = [];
  const operators = {
    tell: async (page: Notice): Promise<void> => {
      told.push(page);
    },
  };
  await world.incidents.open(at(10));
  await world.incidents.advance(incidentId, 'started');
  await world.lock.acquire({ executionArn, incidentId, nowMs: world.runtime.nowMs() });
  const write = world.journal;
  await write.append({
    incidentId,
    kind: 'incident-opened',
    executionArn: 'none',
    detail: { region: 'eu-central-1', openedAt: at(10), signals: ['probe-standby'] },
  });
  return { ...world, told, operators, metrics: new FakeMetrics(), events: new RecordedEvents() };
}

async function recover(world: Awaited<ReturnType<typeof setUp>>) {
  world.runtime.advance(200);
  const common = { incidentId, executionArn };
  await world.journal.append({ ...common, kind: 'application-ready', detail: { wave: 1, application: 'web' } });
  world.runtime.advance(60);
  await world.journal.append({ ...common, kind: 'traffic-shifted', detail: { epoch: 2, region: 'eu-west-1' } });
  await world.journal.append({ ...common, kind: 'traffic-verified', detail: { epoch: 2, names: [] } });
  world.runtime.advance(10);
}

describe('a recovery', () => {
  test('is recorded, sets the lock free, closes the incident and tells without paging', async () => {
    const world = await setUp();
    await recover(world);
    expect(await closeIncident(recovered, world)).toEqual({ closedAt: at(270), paged: false });
    expect(await world.lock.holder()).toBeUndefined();
    expect(await world.incidents.current()).toMatchObject({ phase: 'closed', closedAs: 'recovered' });
    expect(world.told).toHaveLength(1);
    expect(world.events.announced).toEqual([
      { type: 'Incident Closed', detail: { incidentId, region: 'eu-central-1', outcome: 'recovered' } },
    ]);
    expect(world.told[0]).toMatchObject({
      verdict: 'The estate is served from eu-west-1.',
      kind: 'recovered',
      severity: 'info',
      since: at(10),
      at: at(270),
      action: null,
      links: { runbook: 'docs/runbook.md#failover-to-region-recovered' },
      detail: { record: { disasterAt: at(10), applications: [{ name: 'web', rtoSeconds: 250 }] } },
    });
    expect(world.told[0]?.facts).toContain('web: met (RTO 250 of 600 s, RPO 0 s)');
    expect((await world.journal.read(incidentId)).at(-1)).toMatchObject({ kind: 'execution-closed', executionArn });
  });

  test('asked for twice is the same', async () => {
    const world = await setUp();
    await recover(world);
    const first = await closeIncident(recovered, world);
    const entries = await world.journal.read(incidentId);
    world.runtime.advance(30);
    expect(await closeIncident(recovered, world)).toEqual(first);
    expect(await world.journal.read(incidentId)).toEqual(entries);
    expect(world.told).toHaveLength(1);
  });

  test('keeps its record when the page fails and the state machine holds instead, which is a page', async () => {
    const world = await setUp();
    await recover(world);
    const { tell } = world.operators;
    world.operators.tell = async () => {
      throw Object.assign(new Error('topic'), { name: 'AccessDeniedException' });
    };
    await expect(closeIncident(recovered, world)).rejects.toThrow('topic');
    expect(await world.lock.holder()).toBeUndefined();
    world.operators.tell = tell;
    expect(await closeIncident({ ...held, epoch: 2 }, world)).toEqual({ closedAt: at(270), paged: true });
    expect(world.told).toMatchObject([
      { kind: 'held', severity: 'page', detail: { record: { outcome: 'recovered' } } },
    ]);
  });
});

describe('a failover that was held', () => {
  test('pages with error, cause, what was not met and whose the authority is', async () => {
    const world = await setUp();
    expect(await closeIncident(held, world)).toMatchObject({ paged: true });
    expect(await world.incidents.current()).toMatchObject({ closedAs: 'held' });
    const [page] = world.told;
    expect(page?.subject).toBe('Lifeboat shop: failover to eu-west-1 held: CaptureMissingError');
    expect(page?.facts).toEqual(
      expect.arrayContaining([
        'Authority: no claim was recorded; the other region is still the active one, unless the authority table says otherwise',
        'Error: CaptureMissingError',
        'Cause: no capture of "web"',
        'NOT recovered: web: nothing replicates it. Remedy: replicate it',
      ]),
    );
    expect((await world.journal.read(incidentId)).at(-1)).toMatchObject({ detail: { outcome: 'held' } });
  });

  test('names the command that takes over what was claimed, also where only the journal knows of the claim', async () => {
    const world = await setUp();
    const claim = { epoch: 2, region: 'eu-west-1', fromRegion: 'eu-central-1' };
    await world.journal.append({ incidentId, executionArn, kind: 'authority-claimed', detail: claim });
    const { epoch: _unknown, ...stopped } = { ...recovered, outcome: 'aborted' as const, error: 'StoppedByOperator' };
    await closeIncident(stopped, world);
    const [page] = world.told;
    expect(page?.subject).toBe('Lifeboat shop: failover to eu-west-1 aborted: StoppedByOperator');
    expect(page?.action).toContain('take the failover over by hand, at once');
    expect(page?.facts).toContain('Authority: eu-west-1 claimed epoch 2');
    expect(page?.facts).toContain(
      `Take over: aws stepfunctions start-execution --region eu-west-1 --state-machine-arn arn:aws:states:eu-west-1:111122223333:stateMachine:shop-failover --input '{"incidentId":"${incidentId}","observedEpoch":2,"trigger":"takeover"}'`,
    );
    await closeIncident({ ...held, epoch: 2, executionArn: `${executionArn}-b` }, world);
    expect(world.told[1]?.action).toContain('take the failover over by hand: eu-west-1 is the active region');
  });

  test('that was overtaken leaves nothing to take over', async () => {
    const world = await setUp();
    await closeIncident({ ...held, epoch: 2, error: 'StaleEpochError', cause: 'the epoch is 3' }, world);
    expect(world.told[0]?.action).toBe(
      'read the authority table, and see that what has overtaken this execution ends well.',
    );
    expect(world.told[0]?.facts.join('\n')).not.toContain('Take over');
  });

  test('says once what many have in common, and missed targets before those that were met', async () => {
    const world = await setUp();
    const applications = ['web', 'mail', 'shop'].map((name) =>
      sampleApplication(name, { rtoSeconds: name === 'mail' ? 1 : 600 }),
    );
    const plan = { ...world.plan, applications };
    await closeIncident({ ...held, unrecoverable: [] }, { ...world, plan });
    expect(world.told[0]?.facts.filter((fact) => fact.startsWith('NOT recovered'))).toEqual([
      expect.stringMatching(/^NOT recovered: platform, web, mail, shop: the execution ended \(held/),
    ]);
    for (const { name } of applications) {
      const detail = { wave: 1, application: name };
      await world.journal.append({
        incidentId,
        executionArn: 'arn:x:b',
        kind: 'application-ready',
        subject: name,
        detail,
      });
    }
    world.runtime.advance(100);
    const shifted = { epoch: 2, region: 'eu-west-1' };
    await world.journal.append({ incidentId, executionArn: 'arn:x:b', kind: 'traffic-shifted', detail: shifted });
    await closeIncident({ ...recovered, executionArn: 'arn:x:b' }, { ...world, plan });
    expect(world.told[1]?.subject).toBe('Lifeboat shop: failover to eu-west-1 recovered, 2 targets missed');
    const shown = world.told[1]?.facts.slice(-4).map((fact) => fact.split(':')[0]);
    expect(shown).toEqual(['NOT recovered', 'mail', 'web', 'shop']);
    expect(world.told[1]?.facts.at(-3)).toMatch(/^mail: NOT met \(RTO 90 of 1 s, RPO 0 s\): recovered after 90 s/);
  });

  test('leaves the incident to the execution that has the lock', async () => {
    const world = await setUp();
    const loser = { ...held, executionArn: 'arn:loser', outcome: 'aborted' as const };
    expect(await closeIncident(loser, world)).toMatchObject({ paged: true });
    expect(await world.incidents.current()).toMatchObject({ phase: 'started' });
    expect(await world.lock.holder()).toMatchObject({ executionArn });
    expect(world.told[0]?.verdict).toBe('The failover to eu-west-1 was aborted.');
  });

  test('closes the incident when the other lock has run out', async () => {
    const world = await setUp();
    world.runtime.advance(4000);
    await closeIncident({ ...held, executionArn: 'arn:later' }, world);
    expect(await world.incidents.current()).toMatchObject({ phase: 'closed', closedAs: 'held' });
  });

  test('has one record when two invocations close it at once', async () => {
    const world = await setUp();
    const other = { ...world, runtime: new FakeRuntime({ region: 'eu-west-1', now: at(500) }) };
    const both = await Promise.all([closeIncident(held, world), closeIncident(held, other)]);
    expect(both[0]?.closedAt).toBe(both[1]?.closedAt);
    const closings = (await world.journal.read(incidentId)).filter(({ kind }) => kind === 'execution-closed');
    expect(closings).toHaveLength(1);
  });
});
