import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { applicationResults } from '../../../../lib/rehearsal/measure/applications.ts';
import { criticalPath } from '../../../../lib/rehearsal/measure/critical-path.ts';
import { endingText } from '../../../../lib/rehearsal/measure/ending.ts';
import { FirstTroubles } from '../../../../lib/rehearsal/measure/first-troubles.ts';
import { wasPaged } from '../../../../lib/rehearsal/measure/paged.ts';
import { recoverySeconds } from '../../../../lib/rehearsal/measure/recovery-time.ts';
import { RequestLog } from '../../../../lib/rehearsal/measure/request-log.ts';
import { type VerdictFacts, verdict } from '../../../../lib/rehearsal/measure/verdict.ts';
import { application, smallPlan } from '../small-plan.ts';

/** A request a second from 0 on; `failing` says which seconds fail. */
function requests(seconds: number, failing: (second: number) => boolean) {
  return Array.from({ length: seconds }, (_, second) => ({ sentAtMs: second * 1000, succeeded: !failing(second) }));
}

describe('recovery time', () => {
  test('is 0 when clients noticed nothing', () => {
    expect(
      recoverySeconds(
        requests(200, () => false),
        50_500,
        199_000,
      ),
    ).toBe(0);
  });

  test('runs to the first request of the first good minute', () => {
    expect(
      recoverySeconds(
        requests(300, (second) => second >= 60 && second < 150),
        60_000,
        299_000,
      ),
    ).toBe(90);
  });

  test('does not count a minute in which more than one in a hundred fails', () => {
    const flapping = requests(400, (second) => (second >= 60 && second < 100) || second === 130);
    expect(recoverySeconds(flapping, 60_000, 399_000)).toBe(71);
  });

  test('allows one failure in a hundred', () => {
    const busy = Array.from({ length: 6000 }, (_, index) => ({ sentAtMs: index * 50, succeeded: index % 200 !== 7 }));
    expect(recoverySeconds(busy, 10_000, 299_000)).toBe(0);
  });

  test('is unknown until a whole minute has been good', () => {
    const late = requests(200, (second) => second >= 60 && second < 150);
    expect(recoverySeconds(late, 60_000, 199_000)).toBeUndefined();
    expect(
      recoverySeconds(
        requests(300, (second) => second >= 60),
        60_000,
        299_000,
      ),
    ).toBeUndefined();
    expect(recoverySeconds([], 0, 100_000)).toBeUndefined();
  });

  test('agrees with the definition, read literally', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 70, maxLength: 200 }), (succeeded) => {
        const outcomes = succeeded.map((ok, second) => ({ sentAtMs: second * 1000, succeeded: ok }));
        const endMs = succeeded.length * 1000;
        const good = outcomes.find(({ sentAtMs, succeeded: ok }) => {
          const window = outcomes.filter((one) => one.sentAtMs >= sentAtMs && one.sentAtMs < sentAtMs + 60_000);
          return (
            ok && sentAtMs + 60_000 <= endMs && window.filter((one) => one.succeeded).length / window.length >= 0.99
          );
        });
        expect(recoverySeconds(outcomes, 0, endMs)).toBe(good === undefined ? undefined : good.sentAtMs / 1000);
      }),
    );
  });

  test('takes requests in the order they were sent, whenever their answers came', () => {
    const log = new RequestLog();
    for (const sentAtMs of [1000, 3000, 2000, 4000]) log.add({ sentAtMs, succeeded: true });
    expect(log.outcomes.map((one) => one.sentAtMs)).toEqual([1000, 2000, 3000, 4000]);
  });
});

describe('critical path', () => {
  test('gives each step the time since the one before, the rest to the last step', () => {
    const marks = [
      { step: 'late', atMs: 90_000 },
      { step: 'decided', atMs: 60_000 },
      { step: 'signal', atMs: 12_500 },
      { step: 'before the fault', atMs: 5000 },
    ];
    expect(criticalPath(marks, 10_000, 80_000, 'clients')).toEqual([
      { step: 'signal', seconds: 2.5 },
      { step: 'decided', seconds: 47.5 },
      { step: 'clients', seconds: 20 },
    ]);
  });

  test('ends with the recovery itself', () => {
    expect(criticalPath([{ step: 'back', atMs: 20_000 }], 10_000, 20_000, 'clients')).toEqual([
      { step: 'back', seconds: 10 },
    ]);
  });
});

describe('rows of applications', () => {
  const plan = smallPlan({ applications: [application('web', { dependsOn: ['orders'] }), application('orders')] });
  const well = { rtoSeconds: 300, rpoSeconds: 4, refusal: undefined };

  test('are in the plan’s order with the wave of each, met when both targets are', () => {
    const rows = applicationResults(plan, () => well, []);
    expect(rows).toEqual([
      expect.objectContaining({ name: 'web', wave: 2, met: true, reason: null, remedy: null }),
      expect.objectContaining({ name: 'orders', wave: 1, met: true, rtoSeconds: 300, rpoSeconds: 4 }),
    ]);
  });

  test.each([
    ['too slow', { ...well, rtoSeconds: 901 }, 'back after 901 s, the target is 900 s'],
    ['too much lost', { ...well, rpoSeconds: 61 }, 'lost 61.0 s of acknowledged writes'],
    [
      'not back',
      { ...well, rtoSeconds: undefined, refusal: 'no ready pod' },
      'its clients did not recover: no ready pod',
    ],
    ['not back, though it would answer now', { ...well, rtoSeconds: undefined }, 'its clients did not recover'],
  ])('say why not when it is %s', (_what, measured, reason) => {
    const [, orders] = applicationResults(plan, (name) => (name === 'orders' ? measured : well), []);
    expect(orders).toMatchObject({ met: false, reason: expect.stringContaining(reason), remedy: expect.any(String) });
  });

  test('send who is not back to what ended the failover', () => {
    const measured = { ...well, rtoSeconds: undefined, ending: 'at Claim: AccessDenied: no' };
    const [, orders] = applicationResults(plan, (name) => (name === 'orders' ? measured : well), []);
    expect(orders?.remedy).toBe('mend what ended the failover, at Claim: AccessDenied: no');
  });

  test('name the dependency that did not come back', () => {
    const [web] = applicationResults(plan, () => ({ ...well, rtoSeconds: undefined }), []);
    expect(web).toMatchObject({
      met: false,
      rtoSeconds: null,
      reason: 'its clients did not recover: it depends on orders',
      remedy: 'make orders recoverable',
    });
  });

  test('are never met when the plan itself can not be', () => {
    const lost = [{ application: 'orders', reason: 'nothing replicates db', remedy: 'replicate it' }];
    const [, orders] = applicationResults(plan, () => well, lost);
    expect(orders).toMatchObject({ met: false, reason: 'nothing replicates db', remedy: 'replicate it' });
  });
});

describe('the verdict', () => {
  const platform = { rtoTargetSeconds: 600, rtoSeconds: 100, rpoTargetSeconds: 300, rpoSeconds: 10, met: true };
  const row = { ...platform, name: 'web', wave: 1, pattern: 'warm-standby', reason: null, remedy: null };
  const facts: VerdictFacts = {
    expected: 'recovered',
    pagesExpected: false,
    paged: false,
    moved: true,
    executionStatus: 'SUCCEEDED',
    executionEnding: undefined,
    signals: ['heartbeat-alarm', 'probe-standby'],
    quorum: 2,
    acceptedFences: [],
    troubles: [],
    platform,
    applications: [row],
    brokenRules: [],
  };
  const held: VerdictFacts = {
    ...facts,
    expected: 'held',
    pagesExpected: true,
    paged: true,
    moved: false,
    executionStatus: undefined,
  };

  test('is yes when everything is back within its targets', () => {
    expect(verdict(facts)).toMatchObject({ outcome: 'recovered', ok: true });
  });

  test('is no when a target is missed, though all is back', () => {
    const judged = verdict({ ...facts, platform: { ...platform, met: false }, applications: [{ ...row, met: false }] });
    expect(judged).toMatchObject({
      outcome: 'recovered',
      ok: false,
      reason: expect.stringContaining('targets missed: platform, web'),
    });
  });

  test('is no when a rule was broken', () => {
    const judged = verdict({ ...facts, brokenRules: [{ rule: 1, detail: 'two writers' }] });
    expect(judged).toMatchObject({
      outcome: 'recovered',
      ok: false,
      reason: expect.stringContaining('rule 1: two writers'),
    });
  });

  test('is failed when something is not back, or the execution did not succeed', () => {
    const lost = { ...row, rtoSeconds: null, met: false };
    expect(
      verdict({ ...facts, platform: { ...platform, rtoSeconds: null, met: false }, applications: [lost] }),
    ).toMatchObject({
      outcome: 'failed',
      ok: false,
      reason: expect.stringContaining('not recovered: platform, web'),
    });
    expect(verdict({ ...facts, executionStatus: 'FAILED' })).toMatchObject({ outcome: 'failed', ok: false });
    expect(verdict({ ...facts, executionStatus: undefined })).toMatchObject({
      reason: expect.stringContaining('without an execution'),
    });
  });

  test('is held when no traffic moved, which is what some scenarios want', () => {
    expect(verdict(held)).toMatchObject({
      outcome: 'held',
      ok: true,
      reason: expect.stringContaining('a human was paged'),
    });
    expect(verdict({ ...held, executionStatus: 'FAILED' }).reason).toContain('the failover ended FAILED');
    const cause = 'Secrets shop/db are not in the standby cluster';
    expect(verdict({ ...held, executionStatus: 'FAILED', executionEnding: cause }).reason).toContain(
      `the failover ended FAILED (${cause})`,
    );
    expect(verdict({ ...held, expected: 'recovered' })).toMatchObject({
      outcome: 'held',
      ok: false,
      reason: expect.stringContaining('expected: recovered'),
    });
  });

  test('says who called the region unhealthy when that started no failover', () => {
    expect(verdict({ ...held, signals: ['probe-witness'] }).reason).toBe(
      'no traffic moved: no failover was started (unhealthy said probe-witness; the quorum is 2), a human was paged',
    );
    expect(verdict({ ...held, signals: [] }).reason).toContain('no signal called the region unhealthy');
  });

  test('names the first troubles, also when all is as expected, unless the execution says how it ended', () => {
    const troubles = ['the first call that was denied: probe'];
    const unexpected = { ...held, expected: 'recovered' as const, troubles };
    expect(verdict(unexpected).reason).toMatch(/; the first call that was denied: probe$/);
    expect(verdict({ ...unexpected, executionStatus: 'FAILED', executionEnding: 'at Claim: E' }).reason).not.toContain(
      'denied',
    );
    expect(verdict({ ...facts, troubles })).toMatchObject({ ok: true, reason: expect.stringContaining('denied') });
  });

  test('is failed when nobody was paged who should have been', () => {
    expect(verdict({ ...held, paged: false })).toMatchObject({ outcome: 'failed', ok: false });
    expect(verdict({ ...held, paged: false, pagesExpected: false })).toMatchObject({ outcome: 'held', ok: true });
  });
});

describe('the ending of an execution', () => {
  const event = (type: string, more: object = {}) => ({ id: 1, type, atMs: 0, ...more });
  const failed = event('TaskFailed', { stateName: 'ClaimAuthority', error: 'AccessDenied', cause: '{}' });

  test('is the state that failed first, its error and the message inside of its cause', () => {
    const history = [
      failed,
      event('FailStateEntered', { stateName: 'Held' }),
      event('ExecutionFailed', { error: 'AccessDenied' }),
    ];
    const cause = '{"errorType":"AccessDenied","errorMessage":"not authorized","trace":["a"]}';
    expect(endingText({ error: 'AccessDenied', cause, history })).toBe(
      'at ClaimAuthority: AccessDenied: not authorized',
    );
  });

  test.each([
    ['{"other":1}', 'NoRoom: {"other":1}'],
    ['Wave 1: no room', 'NoRoom: Wave 1: no room'],
    ['', 'NoRoom'],
    [undefined, 'NoRoom'],
  ])('with cause %j is told as it is', (cause, text) => {
    expect(endingText({ error: 'NoRoom', cause, history: [failed] })).toBe(text);
  });

  test('is nothing after a success and without an execution', () => {
    expect(endingText({ error: undefined, cause: undefined, history: [failed] })).toBeUndefined();
    expect(endingText(undefined)).toBeUndefined();
  });
});

describe('first troubles', () => {
  const call = { atMs: 0, caller: 'lambda:probe', region: 'eu-west-1', service: 's', operation: 'o', input: {} };
  const run = { functionName: 'assess', region: 'eu-west-1', errorType: 'E', errorMessage: 'broken' };

  test('are the first refusal and the first failed function', () => {
    const troubles = new FirstTroubles();
    expect(troubles.sentences).toEqual([]);
    troubles.onCall(call);
    troubles.onCall({ ...call, error: { name: 'ThrottlingException', message: 'slow down' } });
    troubles.onCall({ ...call, error: { name: 'AccessDenied', message: 'not you' } });
    troubles.onCall({ ...call, error: { name: 'AccessDenied', message: 'nor you' } });
    troubles.onFailedRun({ ...run, errorType: 'DependencyUnavailableError' });
    troubles.onFailedRun(run);
    troubles.onFailedRun({ ...run, errorMessage: 'again' });
    expect(troubles.sentences).toEqual([
      'the first call that was denied: lambda:probe in eu-west-1: not you',
      'the first function that failed: assess in eu-west-1: E: broken',
    ]);
  });

  test('are told once when the function failed of the refusal', () => {
    const troubles = new FirstTroubles();
    troubles.onCall({ ...call, error: { name: 'AccessDenied', message: 'not you' } });
    troubles.onFailedRun({ ...run, errorType: 'AccessDenied', errorMessage: 'not you' });
    expect(troubles.sentences).toEqual(['the first function that failed: assess in eu-west-1: AccessDenied: not you']);
  });
});

describe('a human', () => {
  const faultMs = Date.UTC(2026, 0, 5, 9, 7);
  const facts = {
    emails: ['oncall@example.org'],
    pages: [{ at: '2026-01-05T09:08:00.000Z', severity: 'page' }],
    published: 1,
    faultMs,
  };

  test('was paged by a message that reached a mailbox since the fault', () => {
    expect(wasPaged(facts)).toBe(true);
    expect(wasPaged({ ...facts, pages: [{ at: '2026-01-05T09:06:00.000Z', severity: 'page' }] })).toBe(false);
  });

  test('was not paged by what is for information, and was by an alarm, which marks nothing', () => {
    const at = '2026-01-05T09:08:00.000Z';
    expect(wasPaged({ ...facts, pages: [{ at, severity: 'info' }] })).toBe(false);
    expect(wasPaged({ ...facts, pages: [{ at, severity: undefined }] })).toBe(true);
  });

  test('was not paged by a topic that nobody subscribed to, unless the plan leaves that to others', () => {
    expect(wasPaged({ ...facts, pages: [] })).toBe(false);
    expect(wasPaged({ ...facts, pages: [], emails: [] })).toBe(true);
    expect(wasPaged({ ...facts, pages: [], emails: [], published: 0 })).toBe(false);
  });
});
