import type { Catcher, Exit, State } from './definition.ts';
import type { Delay, Execution } from './execution.ts';
import { exceedsPayloadLimit, isObject } from './json.ts';
import { runMap } from './map-state.ts';
import { runParallel } from './parallel-state.ts';
import { matchesError, retryDelaySeconds } from './retry.ts';
import { runChoice, runFail, runWait } from './simple-states.ts';
import { errorOutput, StateError } from './state-error.ts';
import { runTask } from './task-state.ts';
import { type EvaluationScope, evaluateTemplate } from './template.ts';
import type { Thread } from './thread.ts';

/** Further members of `$states` for one evaluation. */
export interface StatesExtras {
  readonly result?: unknown;
  readonly errorOutput?: { readonly Error: string; readonly Cause: string };
  /** Members of `$states.context` beside the usual ones. */
  readonly context?: Readonly<Record<string, unknown>>;
}

/** One stay in a state, from its entry through its retries to its exit. */
export class Visit {
  readonly thread: Thread;
  readonly execution: Execution;
  readonly state: State;
  readonly input: unknown;
  #enteredMs = 0;
  #entryEventId = 0;
  #retryCount = 0;
  /** Per retrier, in order: how often it was used in this stay. */
  #attempts: number[] = [];
  #stopped = false;
  #cancel: (() => void) | undefined;

  constructor(thread: Thread, state: State, input: unknown) {
    this.thread = thread;
    this.execution = thread.execution;
    this.state = state;
    this.input = input;
  }

  begin(): void {
    this.#enteredMs = this.execution.host.kernel.nowMs;
    this.#entryEventId = this.record('StateEntered');
    if (this.#stopped) return;
    this.execution.enterState(this.state.name);
    if ('retry' in this.state) this.#attempts = this.state.retry.map(() => 0);
    this.#run();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Says how to stop what runs now; replaces what was said before. */
  onStop(cancel: (() => void) | undefined): void {
    this.#cancel = cancel;
  }

  /** Records a history event of this state: `Entered` of a Task is `TaskStateEntered`. */
  record(suffix: string, details: { error?: string; cause?: string } = {}): number {
    return this.execution.record(`${this.state.type}${suffix}`, { stateName: this.state.name, ...details });
  }

  /** Cause text with the state in front, as Step Functions words it. */
  describe(cause: string): string {
    return `An error occurred while executing the state '${this.state.name}' (entered at the event id #${this.#entryEventId}). ${cause}`;
  }

  /** Evaluates expressions of this state and goes on with the value; an error fails the state. */
  evaluate<T>(
    extras: StatesExtras,
    work: (scope: EvaluationScope) => Promise<T>,
    then: (value: T) => void,
    onFailure: (failure: StateError) => void = (failure) => this.fail(failure),
  ): void {
    const { kernel } = this.execution.host;
    const scope: EvaluationScope = {
      bindings: { ...this.thread.variables(), states: this.#statesObject(extras) },
      world: { nowMs: kernel.nowMs, random: kernel.random('states') },
      describe: (cause) => this.describe(cause),
    };
    this.execution.evaluate(
      () => work(scope),
      (outcome) => {
        if (this.#stopped) return;
        if ('value' in outcome) {
          then(outcome.value);
          return;
        }
        const { error, reason } = outcome.failure;
        this.execution.record('EvaluationFailed', { stateName: this.state.name, error, cause: reason });
        onFailure(outcome.failure);
      },
    );
  }

  /** Waits in virtual time; stopping the state ends the wait. */
  delay(delay: Delay, run: () => void): void {
    const seconds = 'retry' in delay ? delay.retry : delay.wait;
    this.execution.host.onDelay?.(delay, this.state.name);
    const timer = this.execution.host.kernel.after(seconds * 1000, `${this.state.name} waits`, () => {
      this.#cancel = undefined;
      run();
    });
    this.onStop(() => timer.cancel());
  }

  /** The state's work is done; `result` is what Output defaults to. */
  succeed(result: unknown): void {
    const { type } = this.state;
    const hasResult = type === 'Task' || type === 'Parallel' || type === 'Map';
    this.leave(this.state.exit, result, hasResult ? { result } : {}, (failure) => this.fail(failure));
  }

  /** Leaves the state one way. Assign and Output are both evaluated on the variables as they were at entry. */
  leave(exit: Exit, defaultOutput: unknown, extras: StatesExtras, onFailure: (failure: StateError) => void): void {
    const { assign, output } = exit;
    const finish = (values: { assigned: unknown; output: unknown }) => this.#exit(exit, values, onFailure);
    if (assign === undefined && output === undefined) {
      finish({ assigned: {}, output: defaultOutput });
      return;
    }
    this.evaluate(
      extras,
      async (scope) => ({
        assigned: assign === undefined ? {} : await evaluateTemplate(assign, 'Assign', scope),
        output: output === undefined ? defaultOutput : await evaluateTemplate(output, 'Output', scope),
      }),
      finish,
      onFailure,
    );
  }

  /** Retries, catches or passes the error on to the thread. */
  fail(failure: StateError): void {
    if (this.#stopped) return;
    this.#cancel = undefined;
    if ('retry' in this.state && this.#retry(failure)) return;
    const catchers: readonly Catcher[] = 'catchers' in this.state ? this.state.catchers : [];
    const catcher = catchers.find((candidate) => matchesError(candidate.errorEquals, failure.error));
    if (this.state.type === 'Map' || this.state.type === 'Parallel') this.record('StateFailed');
    if (catcher === undefined) {
      this.#giveUp(failure);
      return;
    }
    const caught = errorOutput(failure);
    this.leave(catcher, caught, { errorOutput: caught }, (next) => this.#giveUp(next));
  }

  #run(): void {
    switch (this.state.type) {
      case 'Pass':
      case 'Succeed':
        this.succeed(this.input);
        break;
      case 'Task':
        runTask(this, this.state);
        break;
      case 'Choice':
        runChoice(this, this.state);
        break;
      case 'Wait':
        runWait(this, this.state);
        break;
      case 'Fail':
        runFail(this, this.state);
        break;
      case 'Parallel':
        runParallel(this, this.state);
        break;
      case 'Map':
        runMap(this, this.state);
        break;
    }
  }

  /** Only the first retrier that takes the error counts; once it is used up the catchers are asked. */
  #retry(failure: StateError): boolean {
    if (!('retry' in this.state)) return false;
    const index = this.state.retry.findIndex((candidate) => matchesError(candidate.errorEquals, failure.error));
    const retrier = this.state.retry[index];
    const attempt = this.#attempts[index] ?? 0;
    if (retrier === undefined || attempt >= retrier.maxAttempts) return false;
    this.#attempts[index] = attempt + 1;
    const seconds = retryDelaySeconds(retrier, attempt, this.execution.host.kernel.random('states'));
    this.delay({ retry: seconds }, () => {
      this.#retryCount += 1;
      this.#run();
    });
    return true;
  }

  #giveUp(failure: StateError): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.thread.end({ failure });
  }

  #exit(exit: Exit, values: { assigned: unknown; output: unknown }, onFailure: (failure: StateError) => void): void {
    if (this.#stopped) return;
    try {
      if (isObject(values.assigned)) this.thread.assign(values.assigned, this.state.name);
      if (exceedsPayloadLimit(values.output)) {
        throw new StateError('States.DataLimitExceeded', dataLimitCause(this.state.name));
      }
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      onFailure(error);
      return;
    }
    this.record('StateExited');
    if (this.#stopped) return;
    this.#stopped = true;
    if (exit.next === undefined) this.thread.end({ output: values.output });
    else this.thread.enter(exit.next, values.output);
  }

  #statesObject(extras: StatesExtras): Record<string, unknown> {
    const { mapItem } = this.thread;
    const context = {
      ...this.execution.contextObject(),
      State: {
        EnteredTime: new Date(this.#enteredMs).toISOString(),
        Name: this.state.name,
        RetryCount: this.#retryCount,
      },
      ...(mapItem === undefined ? {} : { Map: { Item: mapItem } }),
      ...extras.context,
    };
    return {
      input: this.input,
      context,
      ...('result' in extras ? { result: extras.result } : {}),
      ...('errorOutput' in extras ? { errorOutput: extras.errorOutput } : {}),
    };
  }
}

/** Text of States.DataLimitExceeded; `what` is a state's name or a task's service. */
export function dataLimitCause(what: string): string {
  return `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`;
}
