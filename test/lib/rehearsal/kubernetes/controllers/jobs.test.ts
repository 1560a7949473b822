import { describe, expect, test } from '@jest/globals';
import { parseSchedule } from '../../../../../lib/rehearsal/kubernetes/controllers/cron-schedule.ts';
import { Laboratory, object, podTemplate } from '../laboratory.ts';

const template = (app = 'batch') => podTemplate(app, {}, { restartPolicy: 'Never' });
const job = (spec: Record<string, unknown> = {}) =>
  object('batch/v1', 'Job', 'batch', { spec: { template: template(), ...spec } });
const jobStatus = (lab: Laboratory) => lab.get('/apis/batch/v1/namespaces/shop/jobs/batch').body.status;
const merge = { type: 'application/merge-patch+json' };

describe('a Job', () => {
  test('runs to its completions, as many at once as parallelism says', async () => {
    const lab = new Laboratory();
    lab.cluster.load([job({ completions: 4, parallelism: 2 })]);
    let most = 0;
    for (let second = 0; second < 90; second++) {
      await lab.run(1);
      most = Math.max(most, lab.cluster.objects('Pod', 'shop').filter((pod) => pod.status?.phase === 'Running').length);
    }
    expect(most).toBe(2);
    expect(jobStatus(lab)).toMatchObject({ active: 0, succeeded: 4, failed: 0 });
    expect(jobStatus(lab).conditions[0]).toMatchObject({ type: 'Complete', status: 'True' });
  });

  test('fails when its back-off limit is passed', async () => {
    const lab = new Laboratory({ behaviour: { crashes: () => true } });
    lab.cluster.load([job({ backoffLimit: 1 })]);
    await lab.run(120);
    expect(jobStatus(lab)).toMatchObject({ failed: 2 });
    expect(jobStatus(lab).conditions[0]).toMatchObject({ type: 'Failed', reason: 'BackoffLimitExceeded' });
  });

  test('fails at its deadline and goes after its time to live', async () => {
    const lab = new Laboratory({ nodes: 0 });
    lab.cluster.load([job({ activeDeadlineSeconds: 30, ttlSecondsAfterFinished: 60 })]);
    await lab.run(40);
    expect(jobStatus(lab).conditions[0]).toMatchObject({ type: 'Failed', reason: 'DeadlineExceeded' });
    expect(lab.cluster.objects('Pod', 'shop')).toEqual([]);
    await lab.run(61);
    expect(lab.get('/apis/batch/v1/namespaces/shop/jobs/batch').status).toBe(404);
  });

  test('that is suspended has no pods until it is resumed', async () => {
    const lab = new Laboratory();
    lab.cluster.load([job({ suspend: true })]);
    await lab.run(30);
    expect(lab.cluster.objects('Pod', 'shop')).toEqual([]);
    lab.ask('PATCH', '/apis/batch/v1/namespaces/shop/jobs/batch', { spec: { suspend: false } }, merge);
    await lab.run(60);
    expect(jobStatus(lab)).toMatchObject({ succeeded: 1 });
  });
});

describe('a CronJob', () => {
  const path = '/apis/batch/v1/namespaces/shop/cronjobs/report';
  const cron = (spec: Record<string, unknown> = {}) =>
    object('batch/v1', 'CronJob', 'report', {
      spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template: template('report') } }, ...spec },
    });
  const jobNames = (lab: Laboratory) => lab.cluster.objects('Job', 'shop').map((each) => each.metadata.name);

  test('starts a Job at each time of its schedule and keeps three that succeeded', async () => {
    const lab = new Laboratory();
    lab.cluster.load([cron()]);
    await lab.run(299);
    expect(jobNames(lab)).toEqual([]);
    await lab.run(40);
    expect(jobNames(lab)).toHaveLength(1);
    expect(lab.get(path).body.status).toMatchObject({ lastScheduleTime: '2026-01-01T00:05:00Z' });
    await lab.run(1800);
    expect(jobNames(lab)).toHaveLength(3);
    expect(lab.get(path).body.status.lastScheduleTime).toBe('2026-01-01T00:35:00Z');
  });

  test('skips a time under Forbid while a run goes on, starts anew under Replace, runs beside it under Allow', async () => {
    const running = async (concurrencyPolicy: string): Promise<number> => {
      const lab = new Laboratory({ latencies: { jobRunMs: 3_600_000 } });
      lab.cluster.load([cron({ concurrencyPolicy })]);
      await lab.run(630);
      return lab.cluster.objects('Job', 'shop').length;
    };
    expect(await running('Forbid')).toBe(1);
    expect(await running('Replace')).toBe(1);
    expect(await running('Allow')).toBe(2);
  });

  test('that is resumed makes up the last missed run once, unless its deadline has passed', async () => {
    for (const [deadline, runs] of [
      [{}, 1],
      [{ startingDeadlineSeconds: 30 }, 0],
    ] as const) {
      const lab = new Laboratory();
      lab.cluster.load([cron({ suspend: true, ...deadline })]);
      await lab.run(700);
      expect(jobNames(lab)).toEqual([]);
      lab.ask('PATCH', path, { spec: { suspend: false } }, merge);
      await lab.run(20);
      expect(jobNames(lab)).toHaveLength(runs);
    }
  });
});

describe('a schedule', () => {
  const at = (text: string) => Date.parse(text);
  const next = (expression: string, after: string, zone?: string) => {
    const time = parseSchedule(expression, zone)?.next(at(after));
    return time === undefined ? undefined : new Date(time).toISOString();
  };

  test.each([
    ['0 3 * * *', '2026-01-01T03:00:00Z', '2026-01-02T03:00:00.000Z'],
    ['30 6-18/4 * * mon-fri', '2026-01-03T00:00:00Z', '2026-01-05T06:30:00.000Z'],
    ['0 0 29 feb *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['0 0 13 * 5', '2026-01-03T00:00:00Z', '2026-01-09T00:00:00.000Z'],
    ['0 0 * * 7', '2026-01-01T00:00:00Z', '2026-01-04T00:00:00.000Z'],
    ['@hourly', '2026-01-01T00:30:00Z', '2026-01-01T01:00:00.000Z'],
    ['5/20 * * * *', '2026-01-01T00:06:00Z', '2026-01-01T00:25:00.000Z'],
  ])('%s after %s is %s', (expression, after, expected) => {
    expect(next(expression, after)).toBe(expected);
  });

  test('follows its time zone', () => {
    expect(next('0 3 * * *', '2026-01-01T00:00:00Z', 'America/New_York')).toBe('2026-01-01T08:00:00.000Z');
    expect(next('0 3 * * *', '2026-01-01T00:00:00Z', 'Asia/Kolkata')).toBe('2026-01-01T21:30:00.000Z');
  });

  test('finds the last time, or none', () => {
    const schedule = parseSchedule('0 3 * * *');
    expect(schedule?.last(at('2026-01-02T02:59:00Z'), at('2025-12-01T00:00:00Z'))).toBe(at('2026-01-01T03:00:00Z'));
    expect(schedule?.last(at('2026-01-02T02:59:00Z'), at('2026-01-01T03:00:00Z'))).toBeUndefined();
    expect(parseSchedule('0 0 31 2 *')?.next(0)).toBeUndefined();
  });

  test.each(['* * * *', '60 * * * *', '* 5-3 * * *', '* * * foo *', '*/0 * * * *', '@never', 'a-b-c * * * *'])(
    '%s is refused',
    (expression) => {
      expect(parseSchedule(expression)).toBeUndefined();
    },
  );

  test('an unknown time zone is refused', () => {
    expect(parseSchedule('* * * * *', 'Moon/Base')).toBeUndefined();
  });
});
