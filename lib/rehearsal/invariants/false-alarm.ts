import { failoverStateMachineName } from '../../plan/names.ts';
import type { InvariantFactory } from './invariant.ts';

const shownDifferences = 5;

/**
 * Where an incident came to nothing, the estate is afterwards what it was before: objects, nodes, authority, names. One
 * that is still open may keep its pre-warm.
 */
export const falseAlarm: InvariantFactory = (evidence, broken) => {
  let before: ReadonlyMap<string, string> | undefined;
  let started = false;
  return {
    rule: 15,
    onTick() {
      // The first tick is long before anything breaks.
      before ??= evidence.estateFacts();
    },
    onCall({ service, operation, input, error }) {
      if (service !== 'sfn' || operation !== 'StartExecution' || error !== undefined) return;
      if (typeof input !== 'object' || input === null || !('stateMachineArn' in input)) return;
      started ||= String(input.stateMachineArn).endsWith(`:${failoverStateMachineName(evidence.plan)}`);
    },
    onEnd() {
      if (started || before === undefined || evidence.openIncidents().length > 0) return;
      const differences = differencesOf(before, evidence.estateFacts());
      if (differences.length === 0) return;
      const shown = differences.slice(0, shownDifferences).join('; ');
      const rest = differences.length - shownDifferences;
      broken(`no failover was started, and yet the estate changed: ${shown}${rest > 0 ? ` (and ${rest} more)` : ''}`);
    },
  };
};

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
