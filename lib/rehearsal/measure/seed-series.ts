import type { Outcome, RehearsalResult } from './result.ts';
import { type Spread, spreadOf } from './spread.ts';

/** What one seed of one scenario came to. */
export interface SeedRun {
  readonly scenario: string;
  readonly seed: number;
  readonly expected: RehearsalResult['expected'];
  readonly outcome: Outcome;
  readonly ok: boolean;
  readonly reason: string;
  /** Null where somebody wasn't back, or nothing had to come back. */
  readonly rtoSeconds: number | null;
  readonly lowerBoundSeconds: number;
  /** One per broken rule, the first of each. */
  readonly broken: RehearsalResult['invariants']['broken'];
}

export interface ScenarioSeries {
  readonly scenario: string;
  readonly expected: RehearsalResult['expected'];
  readonly seeds: number;
  readonly asExpected: number;
  readonly brokenInvariants: number;
  /** Recovery over its lower bound; null where nothing was to recover. */
  readonly recoveryOverLowerBound: Spread | null;
  /** The seeds that were not as expected, smallest first. */
  readonly failed: readonly Pick<SeedRun, 'seed' | 'outcome' | 'reason'>[];
}

export function seedRunOf({
  scenario,
  seed,
  expected,
  outcome,
  ok,
  reason,
  rto,
  invariants,
}: RehearsalResult): SeedRun {
  const broken = invariants.broken.filter(
    (one, index, all) => all.findIndex((other) => other.rule === one.rule) === index,
  );
  const { seconds: rtoSeconds, lowerBoundSeconds } = rto;
  return { scenario, seed, expected, outcome, ok, reason, rtoSeconds, lowerBoundSeconds, broken };
}

/** One row per scenario, in the order in which the scenarios were first run. */
export function seriesOf(runs: readonly SeedRun[]): readonly ScenarioSeries[] {
  const byScenario = Map.groupBy(runs, (run) => run.scenario);
  return [...byScenario].map(([scenario, all]) => ({
    scenario,
    expected: all[0]?.expected ?? 'recovered',
    seeds: all.length,
    asExpected: all.filter(({ ok }) => ok).length,
    brokenInvariants: all.reduce((sum, { broken }) => sum + broken.length, 0),
    recoveryOverLowerBound: spreadOf(
      all.flatMap(({ expected, rtoSeconds, lowerBoundSeconds }) =>
        expected === 'recovered' && rtoSeconds !== null ? [rtoSeconds / lowerBoundSeconds] : [],
      ),
    ),
    failed: all
      .filter(({ ok }) => !ok)
      .map(({ seed, outcome, reason }) => ({ seed, outcome, reason }))
      .sort((a, b) => a.seed - b.seed),
  }));
}
