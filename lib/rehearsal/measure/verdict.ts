import type { Outcome, RehearsalResult } from './result.ts';

export interface VerdictFacts {
  readonly expected: 'recovered' | 'held';
  /** Must a human have been paged? */
  readonly pagesExpected: boolean;
  readonly paged: boolean;
  /** Did another region become active? */
  readonly moved: boolean;
  /** Status of the failover's execution, if one was started; undefined also when it never got to act. */
  readonly executionStatus: string | undefined;
  /** How the execution ended, for people: state, error and cause. */
  readonly executionEnding: string | undefined;
  /** Signals that called the region unhealthy, and how many of them make a quorum. */
  readonly signals: readonly string[];
  readonly quorum: number;
  /** `application/store` that was promoted with an unproved fence because the plan accepts that: rule 5 wants it printed. */
  readonly acceptedFences: readonly string[];
  /** What went wrong first, if anything; told also when all is as expected. Sentences without a full stop. */
  readonly troubles: readonly string[];
  readonly platform: RehearsalResult['platform'];
  readonly applications: RehearsalResult['applications'];
  readonly brokenRules: readonly { readonly rule: number; readonly detail: string }[];
}

export function verdict(facts: VerdictFacts): {
  readonly outcome: Outcome;
  readonly ok: boolean;
  readonly reason: string;
} {
  const { outcome, reason } = judge(facts);
  const unmet = [
    ...(facts.platform.met ? [] : ['platform']),
    ...facts.applications.filter((one) => !one.met).map((one) => one.name),
  ];
  const targetsMet = facts.expected === 'held' || unmet.length === 0;
  const ok = outcome === facts.expected && facts.brokenRules.length === 0 && targetsMet;
  const reasons = [reason];
  if (outcome !== facts.expected) reasons.push(`expected: ${facts.expected}`);
  if (facts.expected === 'recovered' && outcome === 'recovered') {
    reasons.push(unmet.length === 0 ? 'every target met' : `targets missed: ${unmet.join(', ')}`);
  }
  if (facts.acceptedFences.length > 0) {
    reasons.push(`unproved fences that the plan accepts: ${facts.acceptedFences.join(', ')}`);
  }
  const first = facts.brokenRules[0];
  if (first !== undefined) {
    reasons.push(`${facts.brokenRules.length} broken invariants, the first of rule ${first.rule}: ${first.detail}`);
  }
  // What the execution itself says of its end is nearer than what went wrong first.
  if (facts.executionEnding === undefined) reasons.push(...facts.troubles);
  return { outcome, ok, reason: reasons.join('; ') };
}

function judge(facts: VerdictFacts): { readonly outcome: Outcome; readonly reason: string } {
  if (!facts.moved) {
    const page = facts.paged ? 'a human was paged' : 'nobody was paged';
    if (facts.pagesExpected && !facts.paged)
      return { outcome: 'failed', reason: 'no failover took effect and nobody was paged' };
    const ended =
      facts.executionStatus === undefined
        ? `no failover was started (${signalsText(facts)})`
        : `the failover ended ${facts.executionStatus}${endingOf(facts)}`;
    return { outcome: 'held', reason: `no traffic moved: ${ended}, ${page}` };
  }
  if (facts.executionStatus !== 'SUCCEEDED') {
    return {
      outcome: 'failed',
      reason: `the failover ended ${facts.executionStatus ?? 'without an execution'}${endingOf(facts)}`,
    };
  }
  const lost = facts.applications.filter((one) => one.rtoSeconds === null).map((one) => one.name);
  if (facts.platform.rtoSeconds === null) lost.unshift('platform');
  if (lost.length > 0) return { outcome: 'failed', reason: `not recovered: ${lost.join(', ')}` };
  return { outcome: 'recovered', reason: 'the standby region took over and every client is served again' };
}

function endingOf({ executionEnding }: VerdictFacts): string {
  return executionEnding === undefined ? '' : ` (${executionEnding})`;
}

function signalsText({ signals, quorum }: VerdictFacts): string {
  const said = signals.length === 0 ? 'no signal called the region unhealthy' : `unhealthy said ${signals.join(', ')}`;
  return `${said}; the quorum is ${quorum}`;
}
