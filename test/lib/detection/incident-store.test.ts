import { expect, test } from '@jest/globals';
import { IncidentStore, incidentIdOf } from '../../../lib/detection/incident-store.ts';
import { SimulatedTables } from '../../lambdas/shared/simulated-tables.ts';

const startMs = Date.parse('2026-03-01T12:00:00.000Z');
const at = (seconds: number) => new Date(startMs + seconds * 1000).toISOString();
const first = 'shop-20260301T120000000Z';

function setUp() {
  const tables = new SimulatedTables();
  const options = { client: tables.client, tableName: 'coordination', estate: 'shop', region: 'eu-central-1' };
  return { tables, incidents: new IncidentStore(options) };
}

test('an id says estate and time, and fits the name of an execution', () => {
  expect(incidentIdOf('shop', at(0))).toBe(first);
  const longest = `failover-epoch-99999-${incidentIdOf('a'.repeat(20), at(0))}`;
  expect(longest.length).toBeLessThanOrEqual(80);
});

test('two writers open one incident', async () => {
  const { incidents } = setUp();
  const opened = await Promise.all([incidents.open(at(0)), incidents.open(at(10))]);
  expect(new Set(opened.map(({ incidentId }) => incidentId)).size).toBe(1);
  expect(await incidents.current()).toMatchObject({ phase: 'open', incidentId: opened[0]?.incidentId });
});

test('phases only go forward', async () => {
  const { incidents } = setUp();
  await incidents.open(at(0));
  expect(await incidents.advance(first, 'confirmed')).toBe(true);
  expect(await incidents.advance(first, 'confirmed')).toBe(false);
  expect(await incidents.advance(first, 'started')).toBe(true);
  expect(await incidents.advance(first, 'confirmed')).toBe(false);
  expect(await incidents.advance('another', 'started')).toBe(false);
  expect(await incidents.current()).toMatchObject({ phase: 'started' });
});

test('a started failover is not closed by signals calming down, but by its own end, once', async () => {
  const { incidents } = setUp();
  await incidents.open(at(0));
  await incidents.advance(first, 'started');
  expect(await incidents.close(first, 'calmed', at(50))).toBe(false);
  expect(await incidents.close('another', 'held', at(50))).toBe(false);
  expect(await incidents.close(first, 'held', at(100))).toBe(true);
  expect(await incidents.close(first, 'recovered', at(101))).toBe(false);
  expect(await incidents.current()).toMatchObject({ phase: 'closed', closedAs: 'held', closedAt: at(100) });
});

test('signals that began before the last closing do not open another incident, later ones do', async () => {
  const { incidents } = setUp();
  await incidents.open(at(0));
  await incidents.close(first, 'held', at(100));
  expect(await incidents.open(at(0))).toMatchObject({ incidentId: first, phase: 'closed' });
  expect(await incidents.open(at(100))).toMatchObject({ incidentId: first, phase: 'closed' });
  expect(await incidents.open(at(101))).toMatchObject({ incidentId: incidentIdOf('shop', at(101)), phase: 'open' });
});

test('failures that are no condition are passed on', async () => {
  const { tables, incidents } = setUp();
  tables.fail('PutItem', 'AccessDeniedException');
  await expect(incidents.open(at(0))).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
