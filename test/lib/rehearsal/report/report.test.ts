import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { InputError } from '../../../../lib/plan/input-error.ts';
import { cachedAssembly } from '../../../../lib/rehearsal/assembly-cache.ts';
import type { RehearsalResult } from '../../../../lib/rehearsal/measure/result.ts';
import { TroubleCounter } from '../../../../lib/rehearsal/measure/troubled-calls.ts';
import { clientChartSvg } from '../../../../lib/rehearsal/report/client-chart.ts';
import { durationText } from '../../../../lib/rehearsal/report/duration-text.ts';
import { OutputFile } from '../../../../lib/rehearsal/report/output-file.ts';
import { type ReportInput, renderReport } from '../../../../lib/rehearsal/report/report.ts';
import { summaryText } from '../../../../lib/rehearsal/report/summary.ts';
import { timelineSvg } from '../../../../lib/rehearsal/report/timeline.ts';
import { smallPlan } from '../small-plan.ts';

const platform = { rtoTargetSeconds: 600, rtoSeconds: 130, rpoTargetSeconds: 300, rpoSeconds: 40, met: true };
const result: RehearsalResult = {
  scenario: 'region-loss',
  seed: 7,
  amendment: null,
  expected: 'recovered',
  outcome: 'recovered',
  ok: true,
  reason: 'the standby region took over; every target met',
  execution: {
    stateMachine: 'shop-failover',
    name: 'failover-epoch-2',
    status: 'SUCCEEDED',
    states: ['TakeInput', 'Done'],
    historyEvents: 40,
  },
  platform,
  applications: [
    { ...platform, name: 'web', wave: 2, pattern: 'warm-standby', rtoSeconds: 312, reason: null, remedy: null },
    { ...platform, name: 'orders', wave: 1, pattern: 'pilot-light', reason: null, remedy: null },
  ],
  rto: {
    seconds: 312,
    lowerBoundSeconds: 171,
    criticalPath: [
      { step: 'signals', seconds: 12 },
      { step: 'clients', seconds: 300 },
    ],
  },
  clients: {
    requests: 1000,
    failed: 312,
    firstFailureAt: '2026-01-05T09:10:00.000Z',
    lastFailureAt: '2026-01-05T09:15:12.000Z',
  },
  staleClients: [
    { kind: 'minimum-ttl', requests: 120, failed: 90, rtoSeconds: null },
    { kind: 'kept-address', requests: 120, failed: 60, rtoSeconds: 300 },
  ],
  calls: { total: 500, denied: 0, byService: { dynamodb: 300, lambda: 200 } },
  alarms: [],
  notifications: [],
  invariants: { checked: 8, broken: [] },
};
const lost: RehearsalResult = {
  ...result,
  outcome: 'failed',
  ok: false,
  reason: 'not recovered: orders',
  execution: null,
  applications: [
    {
      ...platform,
      name: '<script>alert(1)</script>',
      wave: 1,
      pattern: 'warm-standby',
      rtoSeconds: null,
      rpoSeconds: null,
      met: false,
      reason: 'nothing replicates "db" & more',
      remedy: 'replicate it',
    },
  ],
  rto: { seconds: null, lowerBoundSeconds: 171, criticalPath: [] },
  invariants: { checked: 8, broken: [{ rule: 1, at: '2026-01-05T09:10:00.000Z', detail: 'two writers' }] },
};
const outcomes = Array.from({ length: 200 }, (_, second) => ({
  sentAtMs: second * 1000,
  succeeded: second < 60 || second > 120,
}));
const timeline: ReportInput['timeline'] = {
  startMs: 0,
  faultMs: 60_000,
  endMs: 200_000,
  entries: [
    { lane: 'fault', label: 'eu-central-1 dark', fromMs: 60_000, toMs: 200_000 },
    { lane: 'signals', label: 'probe-standby unhealthy', fromMs: 70_000 },
    { lane: 'signals', label: 'probe-witness unhealthy', fromMs: 71_000 },
    { lane: 'people', label: 'operators paged: <b>', fromMs: 199_000 },
  ],
  requests: [
    { name: 'web', outcomes },
    { name: 'quiet', outcomes: [] },
  ],
};
const input = (changes: Partial<ReportInput> = {}): ReportInput => ({
  result,
  estate: 'shop',
  scenarioTitle: 'The active region dies',
  scenarioDescription: 'It is gone.',
  timeline,
  journal: [],
  notifications: [],
  troubledCalls: [],
  lowerBoundSteps: [{ step: 'confirmation', seconds: 60 }],
  replayCommand: 'lifeboat rehearse region-loss --seed 7',
  assumptions: [],
  ...changes,
});

describe('the report', () => {
  test('has the verdict first, then the platform, then the applications by wave', () => {
    const html = renderReport(input());
    const order = [
      'Recovered, as expected',
      '>platform<',
      '>orders<',
      '>web<',
      'Timeline',
      'lifeboat rehearse region-loss --seed 7',
    ];
    const places = order.map((text) => html.indexOf(text));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    expect(html).toContain('5 min 12 s');
    expect(html).toContain('none broken');
  });

  test('says what the scenario changed in the plan, and nothing where it changed nothing', () => {
    expect(renderReport(input())).not.toContain('was amended');
    const amended = { ...result, amendment: 'approval.mode: <approval>' };
    expect(renderReport(input({ result: amended }))).toContain(
      'amended for it: <b>approval.mode: &lt;approval&gt;</b>',
    );
    expect(summaryText(amended)).toContain('the plan was amended for it: approval.mode: <approval>');
    expect(summaryText(result)).not.toContain('was amended');
  });

  test('needs nothing from elsewhere', () => {
    expect(renderReport(input())).not.toMatch(/<(script|link|img|iframe)|src=|url\((?!#)/);
  });

  test('lists the rules without a source of the services that were called', () => {
    const html = renderReport(input());
    expect(html).toMatch(/[1-9]\d* rules of the simulated world that this run rests on have no source/);
    expect(html).toContain('<code>lambda.idle-end</code>');
    expect(html).not.toContain('<code>rds.promotion-time</code>');
  });

  test('says what is missing, why and what to do, and escapes all of it', () => {
    const html = renderReport(input({ result: lost, assumptions: ['Secret <x> exists'] }));
    expect(html).not.toContain('<script>');
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).toContain('nothing replicates &quot;db&quot; &amp; more');
    expect(html).toContain('replicate it');
    expect(html).toContain('not back');
    expect(html).toContain('two writers');
    expect(html).toContain('No failover was started');
    expect(html).toContain('Secret &lt;x&gt; exists');
    expect(html).toContain('Not recovered: the answer is no');
  });
});

describe('the parts of the report', () => {
  test('show the share of failed requests in the colours of the page', () => {
    const html = renderReport(input());
    expect(html).toContain('aria-label="Share of failed requests over time"');
    expect(html).toContain('var(--bad)');
    expect(html).not.toContain('#0102');
    const quiet = clientChartSvg({ ...timeline, requests: [{ name: 'web', outcomes: [] }] });
    expect(quiet).toMatch(/^<svg/);
  });

  test('list what people were told, with the texts, nothing where nobody was', () => {
    expect(renderReport(input())).not.toContain('What people were told');
    const news = {
      atMs: 125_000,
      region: 'eu-west-1',
      severity: 'info',
      kind: 'suspected',
      incidentId: 'i',
      subject: 'Lifeboat shop: eu-central-1 suspected',
      text: 'It is <suspected>.',
    } as const;
    const page = { ...news, severity: 'page', kind: null, subject: 'ALARM: "x"' } as const;
    const html = renderReport(input({ notifications: [news, page] }));
    expect(html).toContain('2 messages to the operators, 1 of them to wake somebody');
    expect(html).toContain('+1:05');
    expect(html).toContain('It is &lt;suspected&gt;.');
    expect(html.indexOf('eu-central-1 suspected')).toBeLessThan(html.indexOf('ALARM: &quot;x&quot;'));
    expect(renderReport(input({ notifications: [news] }))).toContain('1 message to the operators, 0 of them');
  });

  test('list the journal with times from the fault, nothing where there is none', () => {
    const line = {
      region: 'eu-west-1',
      incidentId: 'i-1',
      sequence: 1,
      at: new Date(timeline.faultMs + 90_000).toISOString(),
      kind: 'authority-claimed',
      detail: { epoch: 2, region: '<eu>', waves: [{ number: 1 }], names: ['a', 'b'], none: null },
    };
    const long = { ...line, sequence: 2, detail: { text: 'x'.repeat(200) } };
    const html = renderReport(input({ journal: [line, long, { ...line, sequence: 3, detail: 'word' }] }));
    expect(html).toContain('>+1:30</time>');
    expect(html).toContain('epoch 2 · region &lt;eu&gt; · waves 1 items · names a, b · none null');
    expect(html).toContain('…</summary>');
    expect(html).toContain('3 entries of incident i-1');
    expect(renderReport(input())).not.toContain('<h2>Journal');
  });

  test('list what was refused, permissions first', () => {
    const counter = new TroubleCounter(60_000);
    const call = {
      atMs: 61_000,
      caller: 'lambda:probe',
      region: 'eu-west-1',
      service: 'dynamodb',
      operation: 'PutItem',
      input: {},
    };
    const lostRace = { ...call, error: { name: 'ConditionalCheckFailedException', message: 'no' } };
    counter.onCall({ ...lostRace, atMs: 1 });
    counter.onCall(call);
    counter.onCall(lostRace);
    counter.onCall({ ...lostRace, atMs: 62_000 });
    counter.onCall({ ...lostRace, caller: 'client:web@internet-1' });
    counter.onCall({ ...call, error: { name: 'AccessDeniedException', message: '<denied>' } });
    expect(counter.troubled.map(({ kind, count, firstAtMs }) => [kind, count, firstAtMs])).toEqual([
      ['denied', 1, 61_000],
      ['failed', 2, 61_000],
    ]);
    const html = renderReport(input({ troubledCalls: counter.troubled }));
    expect(html).toContain('&lt;denied&gt;');
    expect(html.indexOf('AccessDeniedException')).toBeLessThan(html.indexOf('ConditionalCheckFailedException'));
    expect(renderReport(input())).not.toContain('Refused and repeated');
    const one = counter.troubled[0]!;
    const many = Array.from({ length: 33 }, (_, index) => ({ ...one, caller: `c${index}` }));
    expect(renderReport(input({ troubledCalls: many }))).toContain('and 3 more kinds');
  });
});

describe('the timeline', () => {
  test('has a lane for whatever happened, a bar of requests for each application', () => {
    const svg = timelineSvg(timeline);
    for (const lane of ['Fault', 'Signals', 'People']) expect(svg).toContain(`>${lane}<`);
    expect(svg).not.toContain('>Waves<');
    expect(svg.match(/<rect class="bad"/g)).toHaveLength(1);
    expect(svg.match(/<rect class="good"/g)).toHaveLength(2);
    expect(svg).toContain('operators paged: &lt;b&gt;');
    expect(svg).toContain('+1:00');
    expect(svg).toContain('−1:00');
  });

  test('puts labels that would overlap into rows of their own', () => {
    const rowOf = (label: string) =>
      /y="(\d+)"[^>]*>/.exec(
        timelineSvg(timeline)
          .split('\n')
          .find((line) => line.includes(label))
          ?.split('<text class="label"')[1] ?? '',
      )?.[1];
    expect(rowOf('probe-standby')).not.toBe(rowOf('probe-witness'));
  });
});

describe('the summary', () => {
  test('has a row for each and the bound', () => {
    const text = summaryText(result);
    expect(text).toContain('0 messages to the operators, 0 of them pages');
    expect(text).toMatch(/^OK {2}region-loss: recovered/);
    expect(text).toMatch(/platform +0 +2 min 10 s +10 min +40 s +5 min +met/);
    expect(text).toContain('back after 5 min 12 s; what no order of work can avoid comes to 2 min 51 s');
  });

  test('names what is not met with its remedy, and broken rules', () => {
    const text = summaryText(lost);
    expect(text).toMatch(/^NOT OK/);
    expect(text).toContain('NOT MET');
    expect(text).toContain('remedy: replicate it');
    expect(text).toContain('rule 1 broken at 2026-01-05T09:10:00.000Z: two writers');
    expect(text).toContain('unknown');
  });

  test('is short when clients noticed nothing', () => {
    const clients = { requests: 10, failed: 0, firstFailureAt: null, lastFailureAt: null };
    expect(summaryText({ ...result, clients })).toContain('0 of 10 client requests failed\n');
  });
});

test.each([
  [0, '0 s'],
  [5.25, '5.3 s'],
  [60, '1 min'],
  [312, '5 min 12 s'],
  [3900, '1 h 5 min'],
])('%d seconds read as %s', (seconds, text) => expect(durationText(seconds)).toBe(text));

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lifeboat-report-'));

  test('appear whole when they are complete', () => {
    const path = join(folder, 'trace.jsonl');
    const file = new OutputFile(path, '--trace');
    file.write('x'.repeat(1 << 20));
    file.write('end');
    expect(existsSync(path)).toBe(false);
    file.commit();
    expect(readFileSync(path, 'utf8')).toHaveLength((1 << 20) + 3);
  });

  test('leave nothing behind when they are given up', () => {
    const file = new OutputFile(join(folder, 'gone.html'), '--report');
    file.write('half');
    file.discard();
    expect(readdirSync(folder).filter((name) => name.startsWith('gone'))).toEqual([]);
  });

  test('are refused before any work where they could not be written', () => {
    mkdirSync(join(folder, 'sub'), { recursive: true });
    expect(() => new OutputFile(join(folder, 'sub'), '--report')).toThrow(InputError);
    expect(() => new OutputFile(join(folder, 'none', 'x.html'), '--report')).toThrow('--report');
  });
});

describe('the cache of templates', () => {
  const projectDir = mkdtempSync(join(tmpdir(), 'lifeboat-cache-'));
  for (const sub of ['lib/infra', 'lib/rehearsal', 'lambdas/x', 'statemachines'])
    mkdirSync(join(projectDir, sub), { recursive: true });
  writeFileSync(join(projectDir, 'lib/infra/app.ts'), 'one');
  writeFileSync(join(projectDir, 'package-lock.json'), '{}');
  let made = 0;
  const assembly = (plan = smallPlan()) =>
    cachedAssembly({
      projectDir,
      plan,
      synthesise: async (outDir) => {
        made++;
        writeFileSync(join(outDir, 'manifest.json'), '{}');
      },
    });

  test('makes them once, and again when the plan or their sources change', async () => {
    const first = await assembly();
    expect(first.cached).toBe(false);
    expect(existsSync(join(first.folder, 'manifest.json'))).toBe(true);
    expect(await assembly()).toEqual({ folder: first.folder, cached: true });
    writeFileSync(join(projectDir, 'lib/rehearsal/report.ts'), 'no part of a template');
    expect((await assembly()).cached).toBe(true);
    expect((await assembly(smallPlan({ estate: 'other' }))).cached).toBe(false);
    writeFileSync(join(projectDir, 'lib/infra/app.ts'), 'two');
    expect((await assembly()).cached).toBe(false);
    expect(made).toBe(3);
  });

  test('keeps nothing of a synthesis that failed', async () => {
    const failing = cachedAssembly({
      projectDir,
      plan: smallPlan({ estate: 'broken' }),
      synthesise: () => Promise.reject(new InputError('no bundle')),
    });
    await expect(failing).rejects.toThrow('no bundle');
    expect(readdirSync(join(projectDir, '.lifeboat/cache')).filter((name) => name.startsWith('staging'))).toEqual([]);
  });
});
