import { expect, test } from '@jest/globals';
import { acquireIncident } from '../../../lambdas/acquire-incident/acquire-incident.ts';
import { AuthorityMissingError } from '../../../lambdas/shared/errors.ts';
import { failoverWorld, startMs } from '../shared/failover-world.ts';
import { active, standby } from '../shared/sample-plan.ts';

const automatic = {
  executionArn: 'arn:automatic',
  incidentId: 'incident',
  observedEpoch: 1,
  trigger: 'automatic' as const,
};
const operator = { ...automatic, executionArn: 'arn:operator', trigger: 'operator' as const };
const lateMs = startMs + 120_000;

test('of an automatic and an operator’s start one has the lock, and both are written down', async () => {
  const world = await failoverWorld();
  const outcomes = await Promise.all([acquireIncident(automatic, world), acquireIncident(operator, world)]);
  expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['acquired', 'already-running']);
  expect(outcomes.find(({ outcome }) => outcome === 'already-running')?.reason).toMatch(/^the lock is with arn:/);
  const kinds = (await world.journal.read('incident')).map(({ kind }) => kind);
  expect(kinds.sort()).toEqual(['lock-acquired', 'lock-refused']);
});

test('the same execution asking again has the lock, also after its claim', async () => {
  const world = await failoverWorld();
  expect(await acquireIncident(automatic, world)).toMatchObject({ outcome: 'acquired' });
  expect(await acquireIncident(automatic, world)).toMatchObject({ outcome: 'acquired' });
  await world.authority.claim({
    region: standby,
    observedEpoch: 1,
    incidentId: 'incident',
    executionArn: 'arn:automatic',
    nowMs: lateMs,
    leaseSeconds: 60,
  });
  expect(await acquireIncident(automatic, world)).toMatchObject({ outcome: 'acquired' });
  expect(await world.journal.read('incident')).toHaveLength(1);
});

test('an execution that was asked for under an older epoch is superseded', async () => {
  const world = await failoverWorld();
  await world.authority.claim({
    region: standby,
    observedEpoch: 1,
    incidentId: 'incident',
    executionArn: 'arn:before',
    nowMs: lateMs,
    leaseSeconds: 60,
  });
  expect(await acquireIncident(operator, world)).toEqual({
    outcome: 'superseded',
    reason: 'the epoch was 1 when this was asked for and is 2 now',
  });
  expect(await acquireIncident({ ...operator, observedEpoch: 2 }, world)).toEqual({
    outcome: 'superseded',
    reason: 'eu-west-1 is the active region already',
  });
  expect(await world.lock.holder()).toBeUndefined();
});

test('the block period holds the automatic start and not the operator', async () => {
  const world = await failoverWorld();
  await world.authority.claim({
    region: active,
    observedEpoch: 1,
    incidentId: 'incident',
    executionArn: 'arn:before',
    nowMs: lateMs,
    leaseSeconds: 60,
  });
  world.runtime.advance(300);
  expect(await acquireIncident({ ...automatic, observedEpoch: 2 }, world)).toEqual({
    outcome: 'blocked',
    reason: 'the last failover was at 2026-03-01T12:02:00.000Z; blocked until 2026-03-01T13:02:00.000Z',
  });
  expect(await acquireIncident({ ...operator, observedEpoch: 2 }, world)).toMatchObject({ outcome: 'acquired' });
});

test('who is refused by a lock that is let go meanwhile is told so', async () => {
  const world = await failoverWorld();
  const refused = async () => ({ acquired: false as const, holder: undefined });
  const lock = { acquire: refused, takeOver: refused };
  expect(await acquireIncident(automatic, { ...world, lock })).toEqual({
    outcome: 'already-running',
    reason: 'the lock is with an execution that has ended since',
  });
});

test('an operator takes over a failover of this region that has claimed and got stuck, and no other one', async () => {
  const world = await failoverWorld();
  await acquireIncident(automatic, world);
  const takeover = { ...operator, trigger: 'takeover' as const, observedEpoch: 2 };
  const claim = { ...automatic, region: standby, leaseSeconds: 60 };
  await world.authority.claim({ ...claim, nowMs: lateMs });
  expect(await acquireIncident({ ...operator, observedEpoch: 2 }, world)).toMatchObject({ outcome: 'superseded' });
  expect(await acquireIncident(takeover, world)).toMatchObject({ outcome: 'acquired' });
  expect(await world.lock.holder()).toMatchObject({ executionArn: operator.executionArn });
  await world.authority.serve({ region: standby, epoch: 2, nowMs: lateMs });
  expect(await acquireIncident(takeover, world)).toMatchObject({ outcome: 'superseded' });
});

test('without an authority record there is nothing to take over', async () => {
  const world = await failoverWorld();
  const authority = { read: async () => undefined };
  await expect(acquireIncident(automatic, { ...world, authority })).rejects.toBeInstanceOf(AuthorityMissingError);
});
