import type { Kernel, Timer } from '../kernel/kernel.ts';
import type { StateMachine } from './definition.ts';
import { StateError } from './state-error.ts';
import { Thread } from './thread.ts';

/** A call that a Task state makes, as the state asks for it. */
export interface TaskRequest {
  /** `arn:aws:states:::lambda:invoke`, `arn:aws:states:::sns:publish.waitForTaskToken`, … */
  readonly resource: string;
  /** Evaluated `Arguments`; the state's input if it has none. */
  readonly arguments: unknown;
  /** Only for `.waitForTaskToken`. */
  readonly taskToken?: string;
  /** Evaluated `Credentials`: `{RoleArn}`. */
  readonly credentials?: unknown;
  readonly stateName: string;
  readonly executionArn: string;
}

export type TaskOutcome = { readonly output: unknown } | { readonly error: string; readonly cause: string };

export interface HistoryEvent {
  /** From 1, without gaps. */
  readonly id: number;
  /** As GetExecutionHistory calls it: `TaskStateEntered`. */
  readonly type: string;
  readonly atMs: number;
  readonly stateName?: string;
  readonly error?: string;
  readonly cause?: string;
}

/** What an execution waits for: a delay before a retry or a Wait state, in virtual seconds. */
export type Delay = { readonly retry: number } | { readonly wait: number };

export interface ExecutionHost {
  /** The kernel, or a clock that stops with the region of the execution. */
  readonly kernel: Pick<Kernel, 'nowMs' | 'after' | 'submit' | 'awaitQuiescence' | 'random'>;
  /**
   * Starts what a Task asks for; `complete` is called at most once, in the same or a later event. For
   * `.waitForTaskToken` an output says only that the request was made.
   */
  startTask(request: TaskRequest, complete: (outcome: TaskOutcome) => void): void;
  onStateEntered?(stateName: string, atMs: number): void;
  onDelay?(delay: Delay, stateName: string): void;
  onHistoryEvent?(event: HistoryEvent): void;
  onEnd?(execution: Execution): void;
}

export interface ExecutionOptions {
  readonly definition: StateMachine;
  readonly name: string;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  /** Name of the state machine; by default the last part of its ARN. */
  readonly stateMachineName?: string;
  readonly roleArn?: string;
  readonly input: unknown;
  readonly host: ExecutionHost;
}

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** History of a standard execution (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html). */
export const maximumHistoryEvents = 25_000;
/** A standard execution lasts a year at most (same page). */
const maximumExecutionSeconds = 31_536_000;

interface WaitingTask {
  finish(outcome: TaskOutcome): void;
  heartbeat(): void;
}

/** One run of a state machine on the kernel's clock. */
export class Execution {
  readonly name: string;
  readonly executionArn: string;
  readonly input: unknown;
  readonly host: ExecutionHost;
  readonly definition: StateMachine;
  /** Names in the order entered, those inside branches and iterations too. */
  readonly statesEntered: string[] = [];
  #status: ExecutionStatus = 'RUNNING';
  #output: unknown;
  #error: string | undefined;
  #cause: string | undefined;
  #startedMs: number | undefined;
  #endedMs: number | undefined;
  #events = 0;
  #calls = 0;
  #deadline: Timer | undefined;
  readonly #root: Thread;
  readonly #options: ExecutionOptions;
  readonly #waiting = new Map<string, WaitingTask>();

  constructor(options: ExecutionOptions) {
    this.name = options.name;
    this.executionArn = options.executionArn;
    this.input = options.input;
    this.host = options.host;
    this.definition = options.definition;
    this.#options = options;
    this.#root = new Thread({
      execution: this,
      flow: options.definition,
      parent: undefined,
      mapItem: undefined,
      onEnd: (outcome) => {
        if ('output' in outcome) this.#end('SUCCEEDED', 'ExecutionSucceeded', { output: outcome.output });
        else this.#fail(outcome.failure);
      },
    });
  }

  get status(): ExecutionStatus {
    return this.#status;
  }
  /** Undefined unless SUCCEEDED. */
  get output(): unknown {
    return this.#output;
  }
  get error(): string | undefined {
    return this.#error;
  }
  get cause(): string | undefined {
    return this.#cause;
  }
  get startedMs(): number | undefined {
    return this.#startedMs;
  }
  get endedMs(): number | undefined {
    return this.#endedMs;
  }
  /** Number of history events so far. */
  get historyEvents(): number {
    return this.#events;
  }

  start(): void {
    const { kernel } = this.host;
    this.#startedMs = kernel.nowMs;
    this.record('ExecutionStarted');
    const seconds = Math.min(this.definition.timeoutSeconds ?? maximumExecutionSeconds, maximumExecutionSeconds);
    this.#deadline = kernel.after(seconds * 1000, `time-out of ${this.executionArn}`, () =>
      this.#end('TIMED_OUT', 'ExecutionTimedOut', { error: 'States.Timeout' }),
    );
    this.#root.start(this.input);
  }

  /** StopExecution; without effect on an execution that has ended. */
  abort(error?: string, cause?: string): void {
    this.#end('ABORTED', 'ExecutionAborted', { error, cause });
  }

  /** @returns false if no task of this execution waits for the token */
  sendTaskSuccess(taskToken: string, output: unknown): boolean {
    const task = this.#waiting.get(taskToken);
    task?.finish({ output });
    return task !== undefined;
  }

  /** @returns false if no task of this execution waits for the token */
  sendTaskFailure(taskToken: string, error: string, cause: string): boolean {
    const task = this.#waiting.get(taskToken);
    task?.finish({ error, cause });
    return task !== undefined;
  }

  /** @returns false if no task of this execution waits for the token */
  sendTaskHeartbeat(taskToken: string): boolean {
    const task = this.#waiting.get(taskToken);
    task?.heartbeat();
    return task !== undefined;
  }

  /** For the tasks of this execution: from now on the token is taken. */
  awaitToken(taskToken: string, task: WaitingTask): void {
    this.#waiting.set(taskToken, task);
  }

  forgetToken(taskToken: string): void {
    this.#waiting.delete(taskToken);
  }

  /** Members of `$states.context` that stay the same during the execution. */
  contextObject(): Record<string, unknown> {
    const { stateMachineArn, stateMachineName, roleArn } = this.#options;
    return {
      Execution: {
        Id: this.executionArn,
        Input: this.input,
        Name: this.name,
        RoleArn: roleArn ?? '',
        StartTime: new Date(this.#startedMs ?? 0).toISOString(),
        RedriveCount: 0,
      },
      StateMachine: { Id: stateMachineArn, Name: stateMachineName ?? stateMachineArn.split(':').at(-1) },
    };
  }

  /** Adds a history event and gives its id; the one that would be too many ends the execution. */
  record(type: string, details: { stateName?: string; error?: string; cause?: string } = {}): number {
    if (this.#status !== 'RUNNING') return this.#events;
    if (this.#events >= maximumHistoryEvents - 1) {
      const cause = `The execution reached the maximum number of history events (${maximumHistoryEvents}).`;
      this.#fail(new StateError('States.Runtime', cause));
      return this.#events;
    }
    return this.#recordUnchecked(type, details);
  }

  enterState(stateName: string): void {
    this.statesEntered.push(stateName);
    this.host.onStateEntered?.(stateName, this.host.kernel.nowMs);
  }

  /**
   * Runs asynchronous work (JSONata) and goes on with `done` as a call of this execution, so that the order of the
   * world's events never depends on when promises resolve.
   */
  evaluate<T>(work: () => Promise<T>, done: (result: { value: T } | { failure: StateError }) => void): void {
    const { kernel } = this.host;
    const callNumber = this.#calls++;
    const submit = (result: { value: T } | { failure: StateError }) =>
      kernel.submit(this.executionArn, callNumber, () => done(result));
    kernel.awaitQuiescence();
    work().then(
      (value) => submit({ value }),
      (error: unknown) =>
        error instanceof StateError
          ? submit({ failure: error })
          : kernel.submit(this.executionArn, callNumber, () => {
              throw error;
            }),
    );
  }

  #fail(failure: StateError): void {
    this.#end('FAILED', 'ExecutionFailed', { error: failure.error, cause: failure.reason });
  }

  #recordUnchecked(type: string, details: { stateName?: string; error?: string; cause?: string }): number {
    this.#events += 1;
    this.host.onHistoryEvent?.({ id: this.#events, type, atMs: this.host.kernel.nowMs, ...details });
    return this.#events;
  }

  #end(status: ExecutionStatus, event: string, ended: { output?: unknown; error?: string; cause?: string }): void {
    if (this.#status !== 'RUNNING') return;
    this.#recordUnchecked(event, {
      ...(ended.error === undefined ? {} : { error: ended.error }),
      ...(ended.cause === undefined ? {} : { cause: ended.cause }),
    });
    this.#status = status;
    this.#output = ended.output;
    this.#error = ended.error;
    this.#cause = ended.cause;
    this.#endedMs = this.host.kernel.nowMs;
    this.#deadline?.cancel();
    this.#root.stop();
    this.#waiting.clear();
    this.host.onEnd?.(this);
  }
}
