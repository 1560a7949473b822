import { describe, expect, test } from '@jest/globals';
import { assessEstate } from '../../../lambdas/assess-estate/assess-estate.ts';
import type { AuthorityRecord } from '../../../lib/authority/authority-record.ts';
import { CaptureStore } from '../../../lib/cluster/capture-store.ts';
import { Journal } from '../../../lib/evidence/journal.ts';
import { active, sampleApplication, samplePlan, standby } from '../shared/sample-plan.ts';
import { SimulatedTables } from '../shared/simulated-tables.ts';

const nowMs = Date.parse('2026-03-01T12:00:00Z');
const input = { executionArn: 'arn:execution', incidentId: 'incident', observedEpoch: 4 };
const store = { name: 'db', kind: 'in-cluster' } as const;
const plan = samplePlan({
  applications: [
    sampleApplication('ledger', { dataStores: [store] }),
    sampleApplication('mail', { dependsOn: ['web'] }),
    sampleApplication('reports', { dependsOn: ['ledger'] }),
    sampleApplication('web', { dependsOn: ['auth'] }),
    sampleApplication('auth', { dependsOn: ['base'] }),
    sampleApplication('base'),
  ],
});
const record: AuthorityRecord = {
  estate: 'shop',
  epoch: 4,
  activeRegion: active,
  phase: 'serving',
  leaseExpiresAt: nowMs,
  claimedBy: 'bootstrap',
  claimedAt: '2026-03-01T00:00:00Z',
};

async function world(captured: Record<string, number> = {}) {
  const { client } = new SimulatedTables();
  const captures = new CaptureStore(client, 'captures');
  const ages = { platform: 100, auth: 200, base: 150, web: 300, mail: 50, ...captured };
  for (const [application, seconds] of Object.entries(ages)) {
    if (Number.isNaN(seconds)) continue;
    const capturedAtMs = nowMs - seconds * 1000;
    await captures.write(
      { application, region: active, epoch: 4, capturedAtMs, workloads: [], cronJobs: [], requiredSecrets: [] },
      [],
    );
  }
  const journal = new Journal({ client, tableName: 'journal', nowMs: () => nowMs });
  const authority = { read: async (): Promise<AuthorityRecord | undefined> => record };
  const { signal } = new AbortController();
  const drivers = (): never => {
    throw new Error('there is no store to promote');
  };
  const dependencies = { plan, region: standby, nowMs: () => nowMs, authority, captures, drivers, journal, signal };
  return { dependencies, journal };
}

describe('the assessment of an estate', () => {
  test('names waves by their place, leaves out what is lost, and waves that are empty then', async () => {
    const { dependencies } = await world();
    const output = await assessEstate(input, dependencies);
    expect(output.waves).toEqual([
      { number: 0, applications: ['platform'] },
      { number: 1, applications: ['base'] },
      { number: 2, applications: ['auth'] },
      { number: 3, applications: ['web'] },
      { number: 4, applications: ['mail'] },
    ]);
    expect(output.unrecoverable.map(({ application }) => application)).toEqual(['ledger', 'reports']);
  });

  test('drops a wave whose every application is lost, and the rest keep their order', async () => {
    const { dependencies } = await world();
    const lost = sampleApplication('base', { dataStores: [store] });
    const alone = samplePlan({ applications: [lost, sampleApplication('auth', { dependsOn: ['base'] })] });
    const output = await assessEstate(input, { ...dependencies, plan: alone });
    expect(output.waves).toEqual([{ number: 0, applications: ['platform'] }]);
  });

  test('tells from where to where, when a claim can succeed, and how old the oldest picture is', async () => {
    const { dependencies, journal } = await world();
    const output = await assessEstate(input, dependencies);
    expect(output).toMatchObject({
      epoch: 4,
      fromRegion: active,
      toRegion: standby,
      leaseExpiresAt: '2026-03-01T12:00:01.001Z',
      captureAgeSeconds: 300,
    });
    await assessEstate(input, dependencies);
    const { approval, ...detail } = output;
    expect(approval).toMatchObject({ required: false, reasons: [], approversNeeded: 1 });
    const entries = await journal.read('incident');
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ kind: 'estate-assessed', executionArn: 'arn:execution', detail });
  });

  test('ends when nothing was ever captured of what it has to bring up, by name', async () => {
    const { dependencies, journal } = await world({ web: Number.NaN, platform: Number.NaN });
    await expect(assessEstate(input, dependencies)).rejects.toMatchObject({
      name: 'CaptureMissingError',
      message: expect.stringContaining('platform, web'),
    });
    expect(await journal.read('incident')).toEqual([]);
  });

  test('ends when the epoch has moved since it was started', async () => {
    const { dependencies } = await world();
    const moved = { ...dependencies, authority: { read: async () => ({ ...record, epoch: 5 }) } };
    await expect(assessEstate(input, moved)).rejects.toMatchObject({
      name: 'StaleEpochError',
      message: 'the epoch is 5, this execution was started under 4',
    });
  });

  test('ends when no region has ever been active', async () => {
    const { dependencies } = await world();
    const none = { ...dependencies, authority: { read: async () => undefined } };
    await expect(assessEstate(input, none)).rejects.toMatchObject({ name: 'AuthorityMissingError' });
  });
});
