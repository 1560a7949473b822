import { expect, test } from '@jest/globals';
import { Journal } from '../../../lib/evidence/journal.ts';
import { SimulatedTables } from '../../lambdas/shared/simulated-tables.ts';

const nowMs = Date.parse('2026-03-01T12:00:00.000Z');

function setUp() {
  const tables = new SimulatedTables();
  const writer = () => new Journal({ client: tables.client, tableName: 'journal', nowMs: () => nowMs });
  return { tables, writer };
}

function ready(wave: number, executionArn = 'arn:execution') {
  return {
    incidentId: 'incident',
    kind: 'wave-ready' as const,
    executionArn,
    subject: String(wave),
    detail: { wave, applications: [`app-${wave}`] },
  };
}

test('entries are numbered from 1 and carry UTC times', async () => {
  const { writer } = setUp();
  const journal = writer();
  await journal.append(ready(0));
  await journal.append(ready(1));
  expect(await journal.read('incident')).toEqual([
    expect.objectContaining({
      sequence: 1,
      at: '2026-03-01T12:00:00.000Z',
      detail: { wave: 0, applications: ['app-0'] },
    }),
    expect.objectContaining({ sequence: 2, kind: 'wave-ready', entryId: 'arn:execution/wave-ready/1' }),
  ]);
  expect(await journal.read('another')).toEqual([]);
});

test('concurrent writers leave no gap and lose nothing', async () => {
  const { writer } = setUp();
  const appends = Array.from({ length: 6 }, (_, index) => {
    const journal = writer();
    return [journal.append(ready(index, 'arn:a')), journal.append(ready(index, 'arn:b'))];
  }).flat();
  const results = await Promise.all(appends);
  const entries = await writer().read('incident');
  expect(entries.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  expect(new Set(entries.map(({ entryId }) => entryId)).size).toBe(12);
  expect(results.every(({ written }) => written)).toBe(true);
});

test('an entry that is there is not written again, by the same instance or another', async () => {
  const { writer, tables } = setUp();
  const journal = writer();
  await journal.append(ready(0));
  await journal.append(ready(1));
  const before = tables.operations.length;
  expect(await journal.append(ready(0))).toEqual({ sequence: 1, written: false });
  // What this instance wrote itself needs no call.
  expect(tables.operations).toHaveLength(before);
  expect(await writer().append(ready(1))).toEqual({ sequence: 2, written: false });
  expect(await journal.read('incident')).toHaveLength(2);
});

test('an entry whose answer was lost is found again', async () => {
  const { writer, tables } = setUp();
  tables.fail('PutItem', 'answer-lost');
  expect(await writer().append(ready(0))).toEqual({ sequence: 1, written: false });
  expect(await writer().read('incident')).toHaveLength(1);
});

test('a long journal is read page by page', async () => {
  const { writer } = setUp();
  const journal = writer();
  // A page of DynamoDB ends at 1 MB.
  for (let wave = 0; wave < 5; wave++) {
    const entry = ready(wave);
    await journal.append({ ...entry, detail: { ...entry.detail, applications: ['x'.repeat(300_000)] } });
  }
  expect((await journal.read('incident')).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
});

test('failures that are no condition are passed on', async () => {
  const { writer, tables } = setUp();
  tables.fail('PutItem', 'AccessDeniedException');
  await expect(writer().append(ready(0))).rejects.toMatchObject({ name: 'AccessDeniedException' });
  expect(await writer().append(ready(0))).toEqual({ sequence: 1, written: true });
});
