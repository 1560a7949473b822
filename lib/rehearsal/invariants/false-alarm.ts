import { failoverStateMachineName } from '../../plan/names.ts';
import type { InvariantFactory, JournalFact } from './invariant.ts';

const shownDifferences = 5;

/**
 * Where an incident came to nothing, or people aborted its failover before the point of no return, the estate is
 * afterwards what it was before: objects, nodes, authority, names. One that is still open may keep its pre-warm.
 */
export const falseAlarm: InvariantFactory = (evidence, broken) => {
  let before: ReadonlyMap<string, string> | undefined;
  const started = new Set<string>();
  return {
    rule: 15,
    onTick() {
      // The first tick is long before anything breaks.
      before ??= evidence.estateFacts();
    },
    onCall({ service, operation, input, error }) {
      if (service !== 'sfn' || operation !== 'StartExecution' || error !== undefined) return;
      if (typeof input !== 'object' || input === null || !('stateMachineArn' in input)) return;
      const isFailover = String(input.stateMachineArn).endsWith(`:${failoverStateMachineName(evidence.plan)}`);
      if (isFailover && 'name' in input) started.add(String(input.name));
    },
    onEnd() {
      if (before === undefined || evidence.openIncidents().length > 0) return;
      const aborted = abortedIn(evidence.journalFacts());
      if ([...started].some((name) => !aborted.has(name))) return;
      const differences = differencesOf(before, evidence.estateFacts());
      if (differences.length === 0) return;
      const shown = differences.slice(0, shownDifferences).join('; ');
      const rest = differences.length - shownDifferences;
      broken(
        `no failover was ${started.size === 0 ? 'started' : 'let claim'}, and yet the estate changed: ${shown}${rest > 0 ? ` (and ${rest} more)` : ''}`,
      );
    },
  };
};

/** Names of the failovers whose abort was accepted and that ended by it. */
function abortedIn(journal: readonly JournalFact[]): ReadonlySet<string> {
  const accepted = new Set(
    journal
      .filter(({ kind, text }) => kind === 'abort-requested' && text.includes('"accepted":true'))
      .map(({ executionArn }) => executionArn),
  );
  const closed = journal.filter(
    ({ closing, executionArn }) => closing?.outcome === 'aborted' && accepted.has(executionArn),
  );
  return new Set(closed.map(({ executionArn }) => executionArn.split(':').at(-1) ?? executionArn));
}

function differencesOf(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
  const found: string[] = [];
  for (const [name, text] of before) {
    const now = after.get(name);
    if (now === undefined) found.push(`${name} is gone`);
    else if (now !== text) found.push(`${name} was ${cut(text, now)} and is ${cut(now, text)}`);
  }
  for (const name of after.keys()) if (!before.has(name)) found.push(`${name} is new`);
  return found;
}

/** The part in which a text differs from another. */
function cut(text: string, other: string): string {
  let from = 0;
  while (from < text.length && text[from] === other[from]) from++;
  return text.slice(Math.max(0, from - 20), from + 40);
}
