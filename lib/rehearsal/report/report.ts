import type { Notification } from '../measure/notification.ts';
import type { ApplicationResult, PlatformResult, RehearsalResult } from '../measure/result.ts';
import type { TroubledCalls } from '../measure/troubled-calls.ts';
import { clientChartSvg } from './client-chart.ts';
import { durationText } from './duration-text.ts';
import { escapeHtml } from './escape.ts';
import { type JournalLine, journalSection } from './journal-section.ts';
import { notificationsSection } from './notifications-section.ts';
import { sentence } from './sentence.ts';
import { staleClientsText } from './stale-clients-text.ts';
import { styleSheet } from './style-sheet.ts';
import { type Timeline, timelineSvg } from './timeline.ts';
import { troubledSection } from './troubled-section.ts';
import { unverifiedSection } from './unverified-section.ts';

export interface ReportInput {
  readonly result: RehearsalResult;
  readonly estate: string;
  readonly scenarioTitle: string;
  readonly scenarioDescription: string;
  readonly timeline: Timeline;
  readonly journal: readonly JournalLine[];
  readonly notifications: readonly Notification[];
  readonly troubledCalls: readonly TroubledCalls[];
  readonly lowerBoundSteps: readonly { readonly step: string; readonly seconds: number }[];
  /** The command that runs the same rehearsal again. */
  readonly replayCommand: string;
  /** What the rehearsal took for granted and nobody gave it. */
  readonly assumptions: readonly string[];
}

/** The report: one HTML file that needs nothing else, the verdict first. */
export function renderReport(input: ReportInput): string {
  const { result } = input;
  const title = `${input.estate}: ${input.scenarioTitle}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${styleSheet}</style>
</head>
<body>
<main>
${verdictSection(input)}
${targetsSection(result)}
<section><h2>Timeline</h2><p class="hint">Minutes and seconds from the fault. Each bar below shows an application’s requests: green succeeded, red failed.</p>
<div class="scroll">${timelineSvg(input.timeline)}</div>
</section>
<section><h2>What clients saw</h2><p class="hint">The share of all requests that failed, in stretches of five seconds.</p>
<div class="scroll">${clientChartSvg(input.timeline)}</div>
${staleClientsText(result)
  .map((line) => `<p class="hint">${escapeHtml(line)}</p>`)
  .join('\n')}
</section>
${pathSection(input)}
${invariantsSection(result)}
${troubledSection(input.troubledCalls, input.timeline.faultMs)}
${notificationsSection(input.notifications, input.timeline.faultMs)}
${journalSection(input.journal, input.timeline.faultMs)}
${replaySection(input)}
</main>
</body>
</html>
`;
}

function verdictSection({ result, estate, scenarioTitle, scenarioDescription }: ReportInput): string {
  const slowest =
    result.rto.seconds === null ? '' : figure(durationText(result.rto.seconds), 'until everything was back');
  const met = [result.platform, ...result.applications].filter((row) => row.met).length;
  const failedShare = result.clients.requests === 0 ? 0 : (100 * result.clients.failed) / result.clients.requests;
  return `<header class="${result.ok ? 'good' : 'bad'}">
<p class="eyebrow">${escapeHtml(estate)} · rehearsal <b>${escapeHtml(result.scenario)}</b> · seed ${result.seed}</p>
<h1>${escapeHtml(verdictText(result))}</h1>
<p>${escapeHtml(sentence(result.reason))}</p>
<p class="hint">${escapeHtml(scenarioTitle)}: ${escapeHtml(scenarioDescription)}${amendmentText(result)}</p>
<div class="figures">${slowest}
${figure(`${met} of ${result.applications.length + 1}`, 'rows within their targets')}
${figure(`${result.clients.failed}`, `of ${result.clients.requests} client requests failed (${failedShare.toFixed(1)} %)`)}
${figure(`${result.invariants.broken.length}`, `of ${result.invariants.checked} safety rules broken`)}
</div>
</header>`;
}

function amendmentText({ amendment }: RehearsalResult): string {
  return amendment === null ? '' : ` The plan was amended for it: <b>${escapeHtml(amendment)}</b>.`;
}

function verdictText(result: RehearsalResult): string {
  const outcome = { recovered: 'Recovered', held: 'Held: no traffic moved', failed: 'Not recovered' }[result.outcome];
  return result.ok ? `${outcome}, as expected` : `${outcome}: the answer is no`;
}

function figure(value: string, label: string): string {
  return `<div class="figure"><b>${escapeHtml(value)}</b><span>${escapeHtml(label)}</span></div>`;
}

function targetsSection(result: RehearsalResult): string {
  const rows = [
    row('platform', 0, '', result.platform, null, null),
    ...[...result.applications].sort((a, b) => a.wave - b.wave).map(applicationRow),
  ];
  return `<section><h2>Targets against measured</h2>
<div class="scroll"><table>
<thead><tr><th>Application</th><th>Wave</th><th>Pattern</th><th class="number">RTO target</th><th class="number">measured</th><th class="number">RPO target</th><th class="number">measured</th><th>Verdict</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody></table></div></section>`;
}

function applicationRow(application: ApplicationResult): string {
  const { name, wave, pattern, reason, remedy } = application;
  return row(name, wave, pattern, application, reason, remedy);
}

function row(
  name: string,
  wave: number,
  pattern: string,
  measured: PlatformResult,
  reason: string | null,
  remedy: string | null,
): string {
  const { rtoSeconds, rtoTargetSeconds, rpoSeconds, rpoTargetSeconds, met } = measured;
  const why =
    reason === null
      ? ''
      : `<div class="why">${escapeHtml(reason)}${remedy === null ? '' : `<br><b>Remedy:</b> ${escapeHtml(remedy)}`}</div>`;
  const missed = (value: number | null, target: number) => (value === null || value > target ? ' missed' : '');
  return `<tr><th scope="row">${escapeHtml(name)}</th><td>${wave}</td><td>${escapeHtml(pattern)}</td>
<td class="number">${durationText(rtoTargetSeconds)}</td><td class="number${missed(rtoSeconds, rtoTargetSeconds)}">${rtoSeconds === null ? 'not back' : durationText(rtoSeconds)}</td>
<td class="number">${durationText(rpoTargetSeconds)}</td><td class="number${missed(rpoSeconds, rpoTargetSeconds)}">${rpoSeconds === null ? 'unknown' : durationText(rpoSeconds)}</td>
<td><span class="pill ${met ? 'good' : 'bad'}">${met ? 'met' : 'not met'}</span>${why}</td></tr>`;
}

function pathSection({ result, lowerBoundSteps }: ReportInput): string {
  if (result.rto.criticalPath.length === 0) return '';
  const total = result.rto.criticalPath.reduce((sum, { seconds }) => sum + seconds, 0);
  const bound = result.rto.lowerBoundSeconds;
  return `<section><h2>Where the time went</h2>
<p class="hint">${durationText(total)} measured; what no order of work can avoid comes to ${durationText(bound)} where resolvers use their whole time to live (docs/lower-bound.md).</p>
<div class="columns">${stepsTable('This run', result.rto.criticalPath, total)}${stepsTable('Lower bound', lowerBoundSteps, total)}</div></section>`;
}

function stepsTable(
  title: string,
  steps: readonly { readonly step: string; readonly seconds: number }[],
  total: number,
): string {
  const rows = steps.map(({ step, seconds }) => {
    const share = total === 0 ? 0 : Math.min(100, (100 * seconds) / total);
    return `<tr><th scope="row">${escapeHtml(step)}</th><td class="number">${durationText(seconds)}</td><td class="bar"><i style="width:${share.toFixed(1)}%"></i></td></tr>`;
  });
  return `<table><caption>${escapeHtml(title)}</caption><tbody>${rows.join('\n')}</tbody></table>`;
}

function invariantsSection({ invariants, calls }: RehearsalResult): string {
  const broken = invariants.broken.map(
    ({ rule, at, detail }) => `<tr><td>${rule}</td><td>${escapeHtml(at)}</td><td>${escapeHtml(detail)}</td></tr>`,
  );
  const list =
    broken.length === 0
      ? `<p>${invariants.checked} rules checked from the world’s side, none broken.</p>`
      : `<div class="scroll"><table><thead><tr><th>Rule</th><th>At</th><th>What happened</th></tr></thead><tbody>${broken.join('\n')}</tbody></table></div>`;
  const services = Object.entries(calls.byService).map(([name, count]) => `${escapeHtml(name)} ${count}`);
  return `<section><h2>Safety rules</h2>${list}
<p class="hint">${calls.total} calls reached the world, ${calls.denied} of them were denied: ${services.join(', ')}.</p></section>`;
}

function replaySection({ result, replayCommand, assumptions }: ReportInput): string {
  const { execution } = result;
  const states =
    execution === null
      ? '<p>No failover was started.</p>'
      : `<p>Execution <code>${escapeHtml(execution.name)}</code> of <code>${escapeHtml(execution.stateMachine)}</code> ended ${escapeHtml(execution.status)} after ${execution.states.length} states.</p>
<details><summary>States in the order entered</summary><ol>${execution.states.map((state) => `<li>${escapeHtml(state)}</li>`).join('')}</ol></details>`;
  const assumed =
    assumptions.length === 0
      ? ''
      : `<h3>Taken for granted</h3><ul>${assumptions.map((one) => `<li>${escapeHtml(one)}</li>`).join('')}</ul>`;
  return `<section><h2>Replay</h2>${states}
<p>The same seed gives the same run, call by call:</p><pre>${escapeHtml(replayCommand)}</pre>${assumed}
${unverifiedSection(Object.keys(result.calls.byService))}</section>`;
}
