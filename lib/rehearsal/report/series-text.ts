import type { ScenarioSeries } from '../measure/seed-series.ts';
import { textTable } from './text-table.ts';

/** How many of the seeds that failed are named, per scenario. */
const namedFailures = 5;

/** Many seeds for a terminal: a row per scenario, then what was not as expected. */
export function seriesText(series: readonly ScenarioSeries[]): string {
  const rows = series.map(({ scenario, expected, seeds, asExpected, brokenInvariants, recoveryOverLowerBound }) => [
    scenario,
    expected,
    `${asExpected} of ${seeds}`,
    String(brokenInvariants),
    recoveryOverLowerBound === null
      ? '-'
      : `${recoveryOverLowerBound.median.toFixed(2)} (${recoveryOverLowerBound.min.toFixed(2)} to ${recoveryOverLowerBound.max.toFixed(2)})`,
  ]);
  const head = ['scenario', 'expected', 'as expected', 'rules broken', 'recovery / lower bound'];
  const lines = [...textTable([head, ...rows])];
  for (const { scenario, failed } of series) {
    if (failed.length > 0) lines.push('', `${scenario}:`);
    for (const { seed, outcome, reason } of failed.slice(0, namedFailures))
      lines.push(`  --seed ${seed}: ${outcome}: ${reason}`);
    const rest = failed.slice(namedFailures).map(({ seed }) => seed);
    if (rest.length > 0) lines.push(`  and seeds ${rest.join(', ')}`);
  }
  return `${lines.join('\n')}\n`;
}
