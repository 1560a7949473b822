import { describe, expect, test } from '@jest/globals';
import { executionRecord } from '../../../lib/evidence/execution-record.ts';
import type { JournalEntry } from '../../../lib/evidence/journal.ts';
import type { JournalDetails, JournalKind } from '../../../lib/evidence/journal-details.ts';
import { healthStateName, sampleApplication, samplePlan } from '../../lambdas/shared/sample-plan.ts';

const startMs = Date.parse('2026-03-01T12:00:00.000Z');
const at = (seconds: number) => new Date(startMs + seconds * 1000).toISOString();
const executionArn = 'arn:execution';

function entry<Kind extends JournalKind>(
  seconds: number,
  kind: Kind,
  detail: JournalDetails[Kind],
  by = executionArn,
): JournalEntry {
  const base = { incidentId: 'incident', sequence: seconds, at: at(seconds), executionArn: by, entryId: `${seconds}` };
  return { ...base, kind, detail } as JournalEntry;
}

const plan = samplePlan({
  applications: [
    sampleApplication('web', { dns: [healthStateName('www.shop.example')], dependsOn: ['orders'] }),
    sampleApplication('orders', {
      dataStores: [
        { name: 'orders-db', kind: 'external', replication: { by: 'aurora', lagSeconds: 5 } },
        { name: 'orders-log', kind: 'external', replication: { by: 'msk', lagSeconds: 20 } },
      ],
    }),
    sampleApplication('legacy', { dataStores: [{ name: 'files', kind: 'in-cluster' }] }),
  ],
});

const assessed: JournalDetails['estate-assessed'] = {
  epoch: 1,
  fromRegion: 'eu-central-1',
  toRegion: 'eu-west-1',
  captureAgeSeconds: 200,
  stores: [],
  waves: [
    { number: 0, applications: ['platform'] },
    { number: 1, applications: ['orders'] },
    { number: 2, applications: ['web'] },
  ],
  unrecoverable: [],
};

const facts = {
  executionArn,
  incidentId: 'incident',
  startedAt: at(70),
  closedAt: at(400),
  outcome: 'recovered' as const,
  epoch: 2,
  unrecoverable: [{ application: 'legacy', reason: 'nothing replicates files', remedy: 'replicate files' }],
};

const opened = entry(15, 'incident-opened', { region: 'eu-central-1', openedAt: at(10), signals: [] }, 'none');
const recovered = [
  opened,
  entry(75, 'estate-assessed', assessed),
  entry(150, 'wave-ready', { wave: 0, applications: ['platform'] }),
  entry(160, 'application-ready', { wave: 1, application: 'orders' }, 'arn:another'),
  entry(200, 'application-ready', { wave: 1, application: 'orders' }),
  entry(250, 'application-ready', { wave: 2, application: 'web' }),
  entry(255, 'traffic-shifted', { epoch: 2, region: 'eu-west-1' }),
  entry(310, 'traffic-verified', { epoch: 2, names: ['www.shop.example'] }),
];

test('an application that is ready after its region was let serve is recovered when it is ready', () => {
  const later = recovered.filter(({ kind }) => kind !== 'traffic-shifted');
  const shifted = entry(180, 'traffic-shifted', { epoch: 2, region: 'eu-west-1' });
  const record = executionRecord(plan, [...later, shifted], facts);
  expect(record.applications[1]).toMatchObject({ name: 'orders', rtoSeconds: 190 });
});

describe('the record of a recovery', () => {
  const record = executionRecord(plan, recovered, facts);
  const [web, orders, legacy] = record.applications;

  test('counts from the first signal until the region was let serve, and to the traffic where there are names', () => {
    expect(record).toMatchObject({ disasterAt: at(10), startedAt: at(70), closedAt: at(400), epoch: 2 });
    expect(orders).toMatchObject({ name: 'orders', rtoSeconds: 245, met: true, reason: '', remedy: '' });
    expect(web).toMatchObject({ name: 'web', rtoSeconds: 300, met: true });
    expect(record.platform).toMatchObject({ rtoSeconds: 245, met: true });
  });

  test('says what the data loss is known from', () => {
    expect(web).toMatchObject({ rpoSeconds: 0, rpoBasis: 'no-data' });
    expect(orders).toMatchObject({ rpoSeconds: 20, rpoBasis: 'planned-replication-lag' });
    expect(legacy).toMatchObject({ rpoSeconds: null, rpoBasis: 'unknown' });
    // 200 s old at the assessment, 65 s after the disaster.
    expect(record.platform).toMatchObject({ rpoSeconds: 135, rpoBasis: 'capture-age' });
  });

  test('never counts the unrecoverable as met, and hands on reason and remedy', () => {
    expect(legacy).toMatchObject({
      rtoSeconds: null,
      met: false,
      reason: 'nothing replicates files',
      remedy: 'replicate files',
    });
  });
});

test('targets that were missed say by how much and what to do', () => {
  const tight = samplePlan({
    applications: plan.applications.map((one) => ({ ...one, rtoSeconds: 100, rpoSeconds: 10 })),
  });
  const record = executionRecord(tight, recovered, facts);
  expect(record.applications[1]).toMatchObject({ name: 'orders', met: false, rtoSeconds: 245 });
  expect(record.applications[1]?.reason).toBe(
    'recovered after 245 s, the target is 100 s; data may be 20 s old, the target is 10 s',
  );
  expect(record.applications[1]?.remedy).toContain('replicate more often');
});

test('an application whose loss nobody knows has not met its target', () => {
  const journal = [...recovered, entry(260, 'application-ready', { wave: 2, application: 'legacy' })];
  const record = executionRecord(plan, journal, { ...facts, unrecoverable: [] });
  expect(record.applications[2]).toMatchObject({ rtoSeconds: 250, met: false, reason: 'its data loss is unknown' });
});

test('a failover without room names the wave that did not come up, also for those behind it', () => {
  const journal = [
    opened,
    entry(75, 'estate-assessed', assessed),
    entry(150, 'wave-ready', { wave: 0, applications: ['platform'] }),
    entry(400, 'wave-short', { wave: 1, applications: ['orders'], reason: '3 pods have no node' }),
  ];
  const record = executionRecord(plan, journal, { ...facts, outcome: 'held', error: 'CapacityShort' });
  // Ready, but nobody is served from there.
  expect(record.platform).toMatchObject({ met: false, rtoSeconds: null });
  for (const application of record.applications.slice(0, 2)) {
    expect(application).toMatchObject({
      met: false,
      rtoSeconds: null,
      reason: 'wave 1 did not become ready: 3 pods have no node',
    });
  }
});

test('a shortage in a later wave is not the reason of an earlier one', () => {
  const journal = [
    entry(75, 'estate-assessed', assessed),
    entry(400, 'wave-short', { wave: 2, applications: ['web'], reason: 'no node' }),
  ];
  const record = executionRecord(plan, journal, { ...facts, outcome: 'held' });
  expect(record.applications[1]?.reason).toBe('the execution ended (held) before it was recovered');
});

test('an execution that a person started without any signal counts from its start', () => {
  const record = executionRecord(plan, [], {
    ...facts,
    outcome: 'aborted',
    error: 'LeaseRenewedError',
    unrecoverable: [],
  });
  expect(record.disasterAt).toBe(facts.startedAt);
  expect(record.platform).toMatchObject({
    rpoSeconds: null,
    rpoBasis: 'unknown',
    reason: 'the execution ended (aborted, LeaseRenewedError) before it was recovered',
  });
});
