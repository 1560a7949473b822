import type { ApplicationResult, RehearsalResult } from '../measure/result.ts';
import { durationText } from './duration-text.ts';
import { sentence } from './sentence.ts';
import { staleClientsText } from './stale-clients-text.ts';
import { textTable } from './text-table.ts';

/** The result for a terminal: verdict, a row for the platform and each application, what is missing and why. */
export function summaryText(result: RehearsalResult): string {
  const lines = [
    `${result.ok ? 'OK' : 'NOT OK'}  ${result.scenario}: ${result.outcome}. ${sentence(result.reason)}`,
    ...(result.amendment === null ? [] : [`  the plan was amended for it: ${result.amendment}`]),
    '',
  ];
  const rows = [
    ['', 'wave', 'RTO', 'target', 'RPO', 'target', ''],
    rowOf('platform', 0, result.platform),
    ...inWaves(result.applications).map((one) => rowOf(one.name, one.wave, one)),
  ];
  lines.push(...textTable(rows));
  const missed = inWaves(result.applications).filter(
    (one) => one.reason !== null && (!one.met || result.expected === 'recovered'),
  );
  if (missed.length > 0) lines.push('');
  for (const { name, reason, remedy } of missed) {
    lines.push(`  ${name}: ${reason}`);
    if (remedy !== null) lines.push(`    remedy: ${remedy}`);
  }
  lines.push('', `  ${clientsText(result)}`, ...staleClientsText(result).map((line) => `  ${line}`));
  lines.push(`  ${rulesText(result)}`, `  ${toldText(result)}`);
  if (result.rto.seconds !== null && result.rto.criticalPath.length > 0) {
    lines.push(
      `  back after ${durationText(result.rto.seconds)}; what no order of work can avoid comes to ${durationText(result.rto.lowerBoundSeconds)}`,
    );
  }
  for (const { rule, at, detail } of result.invariants.broken) lines.push(`  rule ${rule} broken at ${at}: ${detail}`);
  return `${lines.join('\n')}\n`;
}

/** What others depend on first: its trouble explains theirs. */
function inWaves(applications: readonly ApplicationResult[]): ApplicationResult[] {
  return [...applications].sort((a, b) => a.wave - b.wave);
}

function rowOf(name: string, wave: number, row: RehearsalResult['platform']): string[] {
  return [
    name,
    String(wave),
    row.rtoSeconds === null ? 'not back' : durationText(row.rtoSeconds),
    durationText(row.rtoTargetSeconds),
    row.rpoSeconds === null ? 'unknown' : durationText(row.rpoSeconds),
    durationText(row.rpoTargetSeconds),
    row.met ? 'met' : 'NOT MET',
  ];
}

function clientsText({ clients }: RehearsalResult): string {
  const { requests, failed, firstFailureAt, lastFailureAt } = clients;
  const between = firstFailureAt === null ? '' : ` (${firstFailureAt} to ${lastFailureAt})`;
  return `${failed} of ${requests} client requests failed${between}`;
}

function toldText({ notifications }: RehearsalResult): string {
  const pages = notifications.filter(({ severity }) => severity === 'page').length;
  return `${notifications.length} messages to the operators, ${pages} of them pages`;
}

function rulesText({ invariants, calls }: RehearsalResult): string {
  return `${invariants.broken.length} of ${invariants.checked} safety rules broken; ${calls.total} calls, ${calls.denied} denied`;
}
