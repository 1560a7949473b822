import { beforeEach, describe, expect, test } from '@jest/globals';
import { toldKinds } from '../../../lambdas/notify-operators/contract.ts';
import { notifyOperators } from '../../../lambdas/notify-operators/notify-operators.ts';
import { DependencyUnavailableError } from '../../../lambdas/shared/errors.ts';
import { type Notice, noticeDocument, noticeText } from '../../../lambdas/shared/notice.ts';
import { type NewEntry, noExecution } from '../../../lib/evidence/journal.ts';
import type { JournalDetails, JournalKind, RecoveryRecord } from '../../../lib/evidence/journal-details.ts';
import { at, failoverWorld } from '../shared/failover-world.ts';
import { samplePlan } from '../shared/sample-plan.ts';

const incidentId = 'shop-20260301T120010000Z';
const executionArn = 'arn:aws:states:eu-west-1:111122223333:execution:shop-failover:failover-epoch-2';
const approvalUrl = 'https://approve.example/';

const opened = { region: 'eu-central-1', openedAt: at(10), signals: ['probe-standby'] };
const store = (application: string): JournalDetails['estate-assessed']['stores'][number] => ({
  application,
  store: `${application}-db`,
  kind: 'aurora-global',
  lagSeconds: 1,
  lossBudgetSeconds: 60,
  fence: 'unproved',
  unprovedAccepted: true,
});
const assessed: JournalDetails['estate-assessed'] = {
  epoch: 1,
  fromRegion: 'eu-central-1',
  toRegion: 'eu-west-1',
  captureAgeSeconds: 30,
  waves: [
    { number: 0, applications: ['platform'] },
    { number: 1, applications: ['orders', 'mail'] },
    { number: 2, applications: ['web'] },
  ],
  stores: [store('orders'), store('mail')],
  unrecoverable: [],
};

let world: Awaited<ReturnType<typeof setUp>>;
beforeEach(async () => {
  world = await setUp();
});

async function setUp(changes: Parameters<typeof samplePlan>[0] = {}) {
  const base = await failoverWorld(changes);
  const told: Notice[] = [];
  const operators = { tell: async (notice: Notice): Promise<void> => void told.push(notice) };
  return { ...base, told, operators, approvalUrl };
}

/** Writes an entry, and gives the record that the stream has of it. */
async function written<Kind extends JournalKind>(
  kind: Kind,
  detail: JournalDetails[Kind],
  more: Partial<NewEntry<Kind>> = {},
) {
  const subject = JSON.stringify(detail);
  const entry = { incidentId, kind, executionArn, subject, detail, ...more };
  const { sequence } = await world.journal.append(entry);
  return { dynamodb: { NewImage: { incidentId: { S: incidentId }, sequence: { N: `${sequence}` } } } };
}

const outside = { executionArn: noExecution };

/** What people are told of an entry. */
async function toldOf<Kind extends JournalKind>(
  kind: Kind,
  detail: JournalDetails[Kind],
  more: Partial<NewEntry<Kind>> = {},
): Promise<Notice | undefined> {
  const before = world.told.length;
  const Records = [await written(kind, detail, more)];
  await notifyOperators({ Records }, world);
  expect(world.told.length - before).toBeLessThanOrEqual(1);
  return world.told[before];
}

describe('an entry', () => {
  test('is told with its number, its time, since when, and where to look', async () => {
    await written('incident-opened', opened, outside);
    world.runtime.advance(70);
    const notice = await toldOf('lock-acquired', { observedEpoch: 1, trigger: 'automatic' });
    expect(noticeDocument.parse({ version: 1, ...notice })).toMatchObject({
      kind: 'failover-started',
      severity: 'info',
      estate: 'shop',
      region: 'eu-west-1',
      incidentId,
      sequence: 2,
      at: at(70),
      since: at(10),
      action: null,
      links: {
        execution: `https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/${executionArn}`,
        runbook: 'docs/runbook.md#failover-under-way',
      },
      detail: { entry: 'lock-acquired', observedEpoch: 1, trigger: 'automatic' },
    });
  });

  test('that no execution wrote leads to none', async () => {
    expect((await toldOf('incident-opened', opened, outside))?.links).not.toHaveProperty('execution');
  });

  test('of an incident without a first signal began with its first entry', async () => {
    world.runtime.advance(5);
    await written('lock-acquired', { observedEpoch: 1, trigger: 'operator' });
    world.runtime.advance(60);
    const notice = await toldOf('authority-claimed', { epoch: 2, region: 'eu-west-1', fromRegion: 'eu-central-1' });
    expect(notice?.since).toBe(at(5));
  });

  test('is told once, however often its record comes', async () => {
    const record = await written('incident-opened', opened, outside);
    expect(await notifyOperators({ Records: [record, record] }, world)).toEqual({ told: 1 });
    expect(await notifyOperators({ Records: [record] }, world)).toEqual({ told: 0 });
    expect(world.told).toHaveLength(1);
  });

  test('that could not be sent is sent when its batch comes again, and what was sent is not', async () => {
    const first = await written('incident-opened', opened, outside);
    const second = await written('lock-acquired', { observedEpoch: 1, trigger: 'automatic' });
    const { tell } = world.operators;
    world.operators.tell = async (notice) => {
      if (notice.kind === 'failover-started') throw Object.assign(new Error('slow down'), { name: 'Throttled' });
      await tell(notice);
    };
    await expect(notifyOperators({ Records: [first, second] }, world)).rejects.toThrow('slow down');
    world.operators.tell = tell;
    expect(await notifyOperators({ Records: [first, second] }, world)).toEqual({ told: 1 });
    expect(world.told.map(({ kind }) => kind)).toEqual(['suspected', 'failover-started']);
  });

  test('has the same text whatever was written after it', async () => {
    await written('estate-assessed', assessed);
    const record = await written('wave-ready', { wave: 0, applications: ['platform'] });
    await written('wave-ready', { wave: 1, applications: ['orders', 'mail'] });
    await notifyOperators({ Records: [record] }, world);
    expect(world.told[0]?.subject).toBe('Lifeboat shop: the platform is ready, 1 of 3');
  });

  test('that the journal does not have is asked for again', async () => {
    const NewImage = { incidentId: { S: incidentId }, sequence: { N: '7' } };
    await expect(notifyOperators({ Records: [{ dynamodb: { NewImage } }] }, world)).rejects.toBeInstanceOf(
      DependencyUnavailableError,
    );
  });

  test('of a kind that nobody has to hear of is not told', async () => {
    expect(await toldOf('nodes-scaling-started', { nodeGroups: [] })).toBeUndefined();
    expect(toldKinds).not.toContain('execution-closed');
  });
});

describe('people read', () => {
  test('that a region is suspected, and what would start the failover', async () => {
    const notice = await toldOf('incident-opened', opened, outside);
    expect(notice).toMatchObject({
      kind: 'suspected',
      subject: 'Lifeboat shop: eu-central-1 suspected',
      verdict: 'eu-central-1 is suspected: probe-standby unhealthy.',
    });
    expect(notice?.next).toContain('2 independent vantages agree for 60 s, the failover starts by itself');
    world = await setUp({ approval: { ...samplePlan().approval, mode: 'manual' } });
    expect((await toldOf('incident-opened', opened, outside))?.next).toContain('somebody is asked to start');
  });

  test('that it was a false alarm', async () => {
    expect(await toldOf('incident-calmed', { signals: ['probe-standby', 'probe-witness'] }, outside)).toMatchObject({
      kind: 'cleared',
      verdict: 'False alarm: the signals of eu-central-1 are healthy again. No failover was started.',
      facts: ['Healthy: probe-standby, probe-witness'],
    });
  });

  test.each([
    ['automatic', 'has started: eu-central-1 is down by quorum.'],
    ['operator', 'has started: a person started it.'],
    ['takeover', 'a person took over the one that was stuck.'],
  ] as const)('that a failover has started (%s), and how to stop it', async (trigger, verdict) => {
    const confirmed = { quorum: 2, heldSince: at(10), signals: ['probe-standby', 'probe-witness'] };
    await written('incident-confirmed', confirmed, outside);
    const notice = await toldOf('lock-acquired', { observedEpoch: 1, trigger });
    expect(notice?.verdict).toContain(verdict);
    expect(notice?.subject).toMatch(trigger === 'takeover' ? / taken over$/ : / started$/);
    expect(notice?.facts).toEqual([
      'Unhealthy: probe-standby, probe-witness, together since 2026-03-01 12:00:10 UTC',
      'To stop it before it is too late: npx lifeboat abort --url https://approve.example/ --execution failover-epoch-2',
    ]);
    expect(notice?.next).toContain('people are asked only if');
  });

  test('that people will be asked, where the plan says so', async () => {
    world = await setUp({ approval: { ...samplePlan().approval, mode: 'approval' } });
    const notice = await toldOf('lock-acquired', { observedEpoch: 1, trigger: 'automatic' });
    expect(notice?.next).toMatch(/^people are asked to agree;/);
    expect(notice?.facts).toHaveLength(1);
  });

  test('that a second start found nothing to do', async () => {
    const detail = { outcome: 'already-running', reason: 'the lock is with arn:other' } as const;
    expect(await toldOf('lock-refused', detail)).toMatchObject({
      kind: 'not-taken-up',
      severity: 'info',
      verdict: 'Execution failover-epoch-2 was not taken up (already-running): the lock is with arn:other.',
    });
  });

  test('who has answered, and how many are missing', async () => {
    const answer = (by: string, decision: 'approve' | 'reject') =>
      toldOf('approval-answered', { decision, by, answeredAt: at(20), facts: [] });
    await written('approval-requested', { round: 1, facts: [], approversNeeded: 2 });
    expect(await answer('arn:alice', 'approve')).toMatchObject({
      subject: 'Lifeboat shop: failover to eu-west-1 approved by 1 of 2',
      verdict: 'arn:alice approved the failover to eu-west-1.',
      next: '1 more must agree.',
    });
    expect(await answer('arn:bob', 'approve')).toMatchObject({
      subject: 'Lifeboat shop: failover to eu-west-1 approved by 2 of 2',
      facts: ['Agreed: arn:alice, arn:bob'],
      next: 'the failover goes on.',
    });
    expect(await answer('arn:alice', 'reject')).toMatchObject({
      subject: 'Lifeboat shop: failover to eu-west-1 rejected',
      facts: ['Agreed: arn:bob'],
      next: 'the failover is held, which is a page of its own.',
    });
  });

  test('that one rejection is enough, and nobody had agreed', async () => {
    const detail = { decision: 'reject', by: 'arn:eve', answeredAt: at(20), facts: [] } as const;
    expect((await toldOf('approval-answered', detail))?.facts).toEqual(['Agreed: nobody']);
    const agreed = { ...detail, decision: 'approve', by: 'arn:bob' } as const;
    expect((await toldOf('approval-answered', agreed))?.next).toBe('the failover goes on.');
  });

  test('who asked for the end, and whether it was in time', async () => {
    expect(await toldOf('abort-requested', { by: 'arn:alice', accepted: true })).toMatchObject({
      subject: 'Lifeboat shop: abort of the failover to eu-west-1 asked for',
      next: 'the failover ends before it claims the authority, which is a page of its own.',
    });
    expect(await toldOf('abort-requested', { by: 'arn:bob', accepted: false })).toMatchObject({
      subject: 'Lifeboat shop: abort of the failover to eu-west-1 came too late',
      next: 'the failover goes on to its end.',
    });
  });

  test('that the region is the active one and serves nobody yet', async () => {
    const detail = { epoch: 2, region: 'eu-west-1', fromRegion: 'eu-central-1' };
    expect(await toldOf('authority-claimed', detail)).toMatchObject({
      subject: 'Lifeboat shop: eu-west-1 claimed epoch 2, traffic held',
      verdict: 'eu-west-1 is the active region now (epoch 2), eu-central-1 no longer. It serves nobody yet.',
    });
  });

  test.each([
    ['people', 'people decided so.'],
    ['quorum', 'a quorum says that it is ill.'],
  ] as const)('that a region which is alive is asked for its lease (%s)', async (because, why) => {
    const notice = await toldOf('yield-requested', { fromRegion: 'eu-central-1', until: at(90), because });
    expect(notice).toMatchObject({
      kind: 'lease-asked-for',
      verdict: `eu-central-1 is alive and was asked to give up its lease: ${why}`,
    });
    expect(notice?.next).toContain('After 2026-03-01 12:01:30 UTC the request is void.');
  });

  test('that a region serves nobody any more, and why, and that it serves again', async () => {
    const workloads = ['Deployment ingress/nginx'];
    expect(await toldOf('ingress-closed', { epoch: 1, workloads, leaseGivenUp: true }, outside)).toMatchObject({
      kind: 'ingress-closed',
      verdict: 'eu-west-1 closed its ingress and gave its lease up, as it was asked to.',
      facts: ['Closed: Deployment ingress/nginx'],
    });
    expect(await toldOf('ingress-closed', { epoch: 2, workloads, leaseGivenUp: false }, outside)).toMatchObject({
      verdict: 'eu-west-1 is not the active region, and closed its ingress so that nobody is served there.',
    });
    expect(await toldOf('ingress-opened', { epoch: 1, workloads }, outside)).toMatchObject({
      kind: 'ingress-opened',
      subject: 'Lifeboat shop: eu-west-1 kept the authority and serves again',
      facts: ['Opened: Deployment ingress/nginx'],
    });
  });

  test('that a claim came after the end of its failover, which somebody has to take over', async () => {
    const unreached: RecoveryRecord = {
      rtoTargetSeconds: 600,
      rtoSeconds: null,
      rpoTargetSeconds: 60,
      rpoSeconds: null,
      rpoBasis: 'unknown',
      met: false,
      reason: 'stopped',
      remedy: 'start again',
    };
    await written('execution-closed', {
      ...{ executionArn, incidentId, outcome: 'aborted', disasterAt: at(0), startedAt: at(0), closedAt: at(60) },
      ...{ platform: unreached, applications: [] },
    });
    const detail = { epoch: 2, region: 'eu-west-1', fromRegion: 'eu-central-1' };
    expect(await toldOf('authority-claimed', detail)).toMatchObject({
      kind: 'claimed-after-end',
      severity: 'page',
      subject: 'Lifeboat shop: eu-west-1 claimed epoch 2 after its failover had ended',
      action: expect.stringContaining('observedEpoch 2 and trigger takeover'),
    });
    // Another execution's end is none of this one's.
    const other = await toldOf('authority-claimed', detail, { executionArn: `${executionArn}-other` });
    expect(other?.kind).toBe('authority-claimed');
  });

  test('of the databases once, when the last one takes writes', async () => {
    await written('estate-assessed', assessed);
    expect(await toldOf('data-promoted', { application: 'orders' })).toBeUndefined();
    // Another execution's promotions are not this one's.
    await written('data-promoted', { application: 'mail' }, { executionArn: 'arn:other' });
    expect(await toldOf('data-promoted', { application: 'mail' })).toMatchObject({
      kind: 'databases-promoted',
      verdict: 'All databases that this failover promotes take writes in eu-west-1.',
      facts: ['orders/orders-db', 'mail/mail-db'],
    });
  });

  test('which waves are ready, and which are still to come', async () => {
    await written('estate-assessed', assessed);
    expect(await toldOf('wave-ready', { wave: 1, applications: ['orders', 'mail'] })).toMatchObject({
      kind: 'wave-recovered',
      subject: 'Lifeboat shop: wave 1 is ready, 1 of 3',
      verdict: 'Ready, and the checks pass: wave 1 (orders, mail).',
      next: 'still to come: the platform, wave 2.',
    });
    await written('wave-ready', { wave: 0, applications: ['platform'] });
    expect(await toldOf('wave-ready', { wave: 2, applications: ['web'] })).toMatchObject({
      subject: 'Lifeboat shop: wave 2 is ready, 3 of 3',
      next: 'traffic is shifted.',
    });
  });

  test('that traffic moves, and how long clients may take', async () => {
    const notice = await toldOf('traffic-shifted', { epoch: 2, region: 'eu-west-1' });
    expect(notice).toMatchObject({ kind: 'traffic-shifted', subject: 'Lifeboat shop: traffic goes to eu-west-1' });
    expect(notice?.next).toContain('within 60 s of that');
    world = await setUp({ applications: [] });
    expect((await toldOf('traffic-shifted', { epoch: 2, region: 'eu-west-1' }))?.next).toContain('within 0 s of that');
  });

  test('subjects that fit a telephone, and nothing to do', async () => {
    await written('estate-assessed', assessed);
    await toldOf('incident-opened', opened, outside);
    await toldOf('wave-ready', { wave: 0, applications: ['platform'] });
    await toldOf('lock-refused', { outcome: 'blocked', reason: 'too early' });
    for (const notice of world.told) {
      expect(notice.subject.length).toBeLessThanOrEqual(80);
      expect(noticeText(notice)).toContain('\nTo do: nothing.\n');
    }
  });
});
