import type { ParallelState } from './definition.ts';
import { evaluateTemplate } from './template.ts';
import { Thread } from './thread.ts';
import type { Visit } from './visit.ts';

/** Runs all branches on the same input; the first that fails stops the others and fails the state with its error. */
export function runParallel(visit: Visit, state: ParallelState): void {
  const given = state.arguments;
  if (given === undefined) {
    startBranches(visit, state, visit.input);
    return;
  }
  visit.evaluate(
    {},
    (scope) => evaluateTemplate(given, 'Arguments', scope),
    (input) => startBranches(visit, state, input),
  );
}

function startBranches(visit: Visit, state: ParallelState, input: unknown): void {
  visit.record('StateStarted');
  const outputs: unknown[] = state.branches.map(() => null);
  let running = state.branches.length;
  const stopAll = () => {
    for (const thread of threads) thread.stop();
  };
  const threads = state.branches.map(
    (flow, index) =>
      new Thread({
        execution: visit.execution,
        flow,
        parent: visit.thread,
        mapItem: visit.thread.mapItem,
        onEnd: (outcome) => {
          if ('failure' in outcome) {
            stopAll();
            visit.fail(outcome.failure);
            return;
          }
          outputs[index] = outcome.output;
          running -= 1;
          if (running > 0) return;
          visit.onStop(undefined);
          visit.record('StateSucceeded');
          visit.succeed(outputs);
        },
      }),
  );
  visit.onStop(stopAll);
  for (const thread of threads) thread.start(input);
}
