import type { ChoiceState, FailState, WaitState } from './definition.ts';
import { StateError } from './state-error.ts';
import { evaluateBoolean, evaluateNumber, evaluateString, evaluateTimestamp } from './template.ts';
import type { Visit } from './visit.ts';

/** Largest Wait and time-out of a state in seconds (https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html). */
export const maximumSeconds = 99_999_999;

/** Takes the first rule whose condition is true; the state's own Assign and Output belong to Default. */
export function runChoice(visit: Visit, state: ChoiceState): void {
  visit.evaluate(
    {},
    async (scope) => {
      for (const [index, rule] of state.rules.entries()) {
        if (await evaluateBoolean(rule.condition, `Choices[${index}]/Condition`, scope)) return rule;
      }
      return undefined;
    },
    (rule) => {
      if (rule === undefined && !state.hasDefault) {
        visit.fail(
          new StateError('States.NoChoiceMatched', visit.describe('No choice rule matched and there is no Default.')),
        );
        return;
      }
      visit.leave(rule ?? state.exit, visit.input, {}, (failure) => visit.fail(failure));
    },
  );
}

export function runWait(visit: Visit, state: WaitState): void {
  const { seconds, timestamp } = state;
  visit.evaluate(
    {},
    async (scope) => {
      if (seconds !== undefined) {
        return evaluateNumber(seconds, 'Seconds', { from: 0, to: maximumSeconds, whole: true }, scope);
      }
      const atMs = timestamp === undefined ? 0 : await evaluateTimestamp(timestamp, 'Timestamp', scope);
      return Math.max(0, atMs - scope.world.nowMs) / 1000;
    },
    (wait) => visit.delay({ wait }, () => visit.succeed(visit.input)),
  );
}

export function runFail(visit: Visit, state: FailState): void {
  visit.evaluate(
    {},
    async (scope) => ({
      error: state.error === undefined ? undefined : await evaluateString(state.error, 'Error', scope),
      cause: state.cause === undefined ? undefined : await evaluateString(state.cause, 'Cause', scope),
    }),
    ({ error, cause }) => visit.fail(new StateError(error, cause)),
  );
}
