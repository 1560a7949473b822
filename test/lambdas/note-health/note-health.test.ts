import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { noteHealth } from '../../../lambdas/note-health/note-health.ts';
import { HealthIssues } from '../../../lib/detection/health-issue.ts';
import { IncidentStore } from '../../../lib/detection/incident-store.ts';
import { SignalStore } from '../../../lib/detection/signal-store.ts';
import { Journal } from '../../../lib/evidence/journal.ts';
import { FakeAws, lambdaContext } from '../shared/fake-aws.ts';
import { active } from '../shared/sample-plan.ts';
import { SimulatedTables } from '../shared/simulated-tables.ts';

const eventArn = 'arn:aws:health:eu-central-1::event/EC2/AWS_EC2_OPERATIONAL_ISSUE/1';
const iso = (minute: number) => `2026-03-01T12:${minute}:00.000Z`;
const rfc = (minute: number) => new Date(iso(minute)).toUTCString();

function said(statusCode: 'open' | 'closed', minute: number, changes: Record<string, unknown> = {}) {
  return {
    'detail-type': 'AWS Health Event' as const,
    source: 'aws.health' as const,
    id: `event-${minute}`,
    time: iso(minute),
    detail: {
      eventArn,
      service: 'EC2',
      eventTypeCode: 'AWS_EC2_OPERATIONAL_ISSUE',
      eventTypeCategory: 'issue' as const,
      statusCode,
      eventRegion: active,
      startTime: rfc(10),
      lastUpdatedTime: rfc(minute),
      ...(statusCode === 'closed' && { endTime: rfc(minute) }),
      ...changes,
    },
  };
}

function setUp() {
  const { client } = new SimulatedTables();
  const onCoordination = { client, tableName: 'coordination' };
  const incidents = new IncidentStore({ ...onCoordination, estate: 'shop', region: active });
  const journal = new Journal({ client, tableName: 'journal', nowMs: () => Date.parse(iso(59)) });
  const dependencies = {
    issues: new HealthIssues(onCoordination),
    incidents: () => incidents,
    journal,
    signal: new AbortController().signal,
  };
  const signals = new SignalStore({ ...onCoordination, region: active, missingAfterSeconds: 60 });
  const note = (event: Parameters<typeof noteHealth>[0]) => noteHealth(event, dependencies);
  const recorded = async (incidentId: string) =>
    (await journal.read(incidentId)).map(({ kind, detail }) => [kind, 'status' in detail && detail.status]);
  return { note, incidents, signals, recorded };
}

describe('what AWS Health says', () => {
  test('is kept where no incident is, and opens none', async () => {
    const { note, incidents, signals } = setUp();
    expect(await note(said('open', 11))).toEqual({ outcome: 'noted' });
    expect(await incidents.current()).toBeUndefined();
    expect((await signals.list()).issues).toMatchObject([
      { eventArn, service: 'EC2', status: 'open', startedAt: iso(10), updatedAt: iso(11) },
    ]);
  });

  test('is recorded with the incident that is open: once when open, once when closed, whatever repeats', async () => {
    const { note, incidents, recorded } = setUp();
    const { incidentId } = await incidents.open(iso(12));
    await note(said('open', 13));
    expect(await note(said('open', 13))).toEqual({ outcome: 'known' });
    await note(said('open', 14));
    await note(said('closed', 20));
    await note(said('closed', 20));
    expect(await recorded(incidentId)).toEqual([
      ['aws-health-noted', 'open'],
      ['aws-health-noted', 'closed'],
    ]);
  });

  test('is recorded when it comes after the incident is over, and began before', async () => {
    const { note, incidents, recorded } = setUp();
    const { incidentId } = await incidents.open(iso(12));
    await incidents.close(incidentId, 'recovered', iso(20));
    await note(said('open', 34));
    await note(said('open', 35, { eventArn: 'arn:later', startTime: rfc(30) }));
    expect(await recorded(incidentId)).toEqual([['aws-health-noted', 'open']]);
  });

  test('has the time of its notification where it was never changed', async () => {
    const { note, signals } = setUp();
    await note(said('open', 15, { lastUpdatedTime: undefined }));
    expect((await signals.list()).issues).toMatchObject([{ updatedAt: iso(15) }]);
  });
});

describe('the handler', () => {
  let aws: FakeAws;
  beforeAll(() => {
    aws = new FakeAws();
    Object.assign(process.env, { ESTATE: 'shop', COORDINATION_TABLE: 'coordination', JOURNAL_TABLE: 'journal' });
  });
  afterAll(() => aws[Symbol.dispose]());

  test('takes an event as AWS sends it, and calls no service but its tables', async () => {
    const { handler } = await import('../../../lambdas/note-health/handler.ts');
    const event = { ...said('open', 11), account: '1', region: 'us-west-2', version: '0', resources: [] };
    expect(await handler(event, lambdaContext())).toEqual({ outcome: 'noted' });
    expect(aws.calls).toEqual([]);
  });

  test.each([
    ['a scheduled change', { eventTypeCategory: 'scheduledChange' }],
    ['a date that is none', { startTime: 'yesterday' }],
    ['a status that is none', { statusCode: 'upcoming' }],
  ])('refuses %s', async (_name, changes) => {
    const { handler } = await import('../../../lambdas/note-health/handler.ts');
    const failure = handler(said('open', 11, changes), lambdaContext());
    await expect(failure).rejects.toMatchObject({ name: 'ContractViolationError' });
  });
});
