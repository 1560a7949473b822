import { describe, expect, test } from '@jest/globals';
import { concerns, type HealthIssue, HealthIssues } from '../../../lib/detection/health-issue.ts';
import { SignalStore } from '../../../lib/detection/signal-store.ts';
import { SimulatedTables } from '../../lambdas/shared/simulated-tables.ts';

const at = (minute: number) => `2026-03-01T12:${String(minute).padStart(2, '0')}:00.000Z`;
const region = 'eu-central-1';

function issue(changes: Partial<HealthIssue> = {}): HealthIssue {
  return {
    eventArn: 'arn:aws:health:eu-central-1::event/EC2/AWS_EC2_OPERATIONAL_ISSUE/1',
    service: 'EC2',
    eventTypeCode: 'AWS_EC2_OPERATIONAL_ISSUE',
    status: 'open',
    startedAt: at(1),
    updatedAt: at(2),
    ...changes,
  };
}

function setUp() {
  const { client } = new SimulatedTables();
  const issues = new HealthIssues({ client, tableName: 'coordination' });
  const signals = new SignalStore({ client, tableName: 'coordination', region, missingAfterSeconds: 60 });
  return { issues, signals };
}

describe('a issue', () => {
  test('is kept beside the signals and is none of them', async () => {
    const { issues, signals } = setUp();
    await signals.observe({ signal: 'probe-standby', state: 'unhealthy', observedAt: at(1) });
    expect(await issues.keep(region, issue())).toBe(true);
    const heard = await signals.list();
    expect(heard.signals.map(({ signal }) => signal)).toEqual(['probe-standby']);
    expect(heard.issues).toMatchObject([issue()]);
  });

  test('changes when AWS changes it; copies and late updates change nothing', async () => {
    const { issues, signals } = setUp();
    expect(await issues.keep(region, issue())).toBe(true);
    expect(await issues.keep(region, issue())).toBe(false);
    const closed = issue({ status: 'closed', endedAt: at(8), updatedAt: at(9) });
    expect(await issues.keep(region, closed)).toBe(true);
    expect(await issues.keep(region, issue({ updatedAt: at(5) }))).toBe(false);
    expect((await signals.list()).issues).toMatchObject([closed]);
  });

  test('of another event or another region is another one, and all are forgotten after 90 days', async () => {
    const { issues, signals } = setUp();
    await issues.keep(region, issue());
    await issues.keep(region, issue({ eventArn: 'arn:other' }));
    await issues.keep('eu-west-1', issue({ eventArn: 'arn:third' }));
    const { issues: kept } = await signals.list();
    expect(kept).toHaveLength(2);
    expect(kept[0]).toMatchObject({ expiresAtSeconds: Date.parse(at(2)) / 1000 + 90 * 86_400 });
  });

  test('has the failures of its table', async () => {
    const { client } = new SimulatedTables();
    const lost = new HealthIssues({ client, tableName: 'missing' });
    await expect(lost.keep(region, issue())).rejects.toThrow();
  });
});

describe('an issue and an incident overlap', () => {
  const open = { openedAt: at(10) };
  const over = { openedAt: at(10), closedAt: at(20) };
  test.each<[string, Partial<HealthIssue>, { openedAt: string; closedAt?: string }, boolean]>([
    ['open since long, incident open', {}, open, true],
    ['open since long, incident over', {}, over, true],
    ['begun after the incident', { startedAt: at(21) }, over, false],
    ['ended before the incident', { status: 'closed', endedAt: at(9), updatedAt: at(15) }, open, false],
    ['ended within it', { status: 'closed', endedAt: at(12), updatedAt: at(12) }, open, true],
    ['closed without an end, updated before it', { status: 'closed', updatedAt: at(5) }, open, false],
    ['closed without an end, updated within it', { status: 'closed', updatedAt: at(15) }, open, true],
  ])('%s', (_name, changes, incident, expected) => {
    expect(concerns(issue(changes), incident)).toBe(expected);
  });
});
