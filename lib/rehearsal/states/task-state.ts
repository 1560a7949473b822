import type { Timer } from '../kernel/kernel.ts';
import type { TaskState } from './definition.ts';
import type { TaskOutcome, TaskRequest } from './execution.ts';
import { exceedsPayloadLimit } from './json.ts';
import { maximumSeconds } from './simple-states.ts';
import { StateError } from './state-error.ts';
import { evaluateNumber, evaluateTemplate, type Template } from './template.ts';
import { dataLimitCause, type Visit } from './visit.ts';

const waitForToken = '.waitForTaskToken';

interface PreparedTask {
  readonly arguments: unknown;
  readonly credentials: unknown;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}

/** Evaluates what the task needs, makes the call and waits for its end, its time-out or its missing heartbeat. */
export function runTask(visit: Visit, state: TaskState): void {
  const taskToken = state.resource.endsWith(waitForToken)
    ? visit.execution.host.kernel.random('states').hex(64)
    : undefined;
  visit.evaluate(
    taskToken === undefined ? {} : { context: { Task: { Token: taskToken } } },
    async (scope): Promise<PreparedTask> => {
      const optional = async (template: Template | undefined, field: string, otherwise: unknown) =>
        template === undefined ? otherwise : await evaluateTemplate(template, field, scope);
      const seconds = async (template: Template | undefined, field: string) =>
        template === undefined
          ? undefined
          : await evaluateNumber(template, field, { from: 1, to: maximumSeconds, whole: true }, scope);
      return {
        arguments: await optional(state.arguments, 'Arguments', visit.input),
        credentials: await optional(state.credentials, 'Credentials', undefined),
        timeoutSeconds: await seconds(state.timeoutSeconds, 'TimeoutSeconds'),
        heartbeatSeconds: await seconds(state.heartbeatSeconds, 'HeartbeatSeconds'),
      };
    },
    (prepared) => new RunningTask(visit, state, taskToken).start(prepared),
  );
}

class RunningTask {
  readonly #visit: Visit;
  readonly #state: TaskState;
  readonly #taskToken: string | undefined;
  #over = false;
  #deadline: Timer | undefined;
  #heartbeatDeadline: Timer | undefined;
  #heartbeatSeconds: number | undefined;

  constructor(visit: Visit, state: TaskState, taskToken: string | undefined) {
    this.#visit = visit;
    this.#state = state;
    this.#taskToken = taskToken;
  }

  start(prepared: PreparedTask): void {
    const visit = this.#visit;
    const { kernel } = visit.execution.host;
    if (exceedsPayloadLimit(prepared.arguments)) {
      visit.fail(new StateError('States.DataLimitExceeded', dataLimitCause(this.#service())));
      return;
    }
    visit.onStop(() => this.#close());
    visit.record('Scheduled');
    visit.record('Started');
    // The history may have become too long.
    if (visit.execution.status !== 'RUNNING') return;
    if (prepared.timeoutSeconds !== undefined) {
      this.#deadline = kernel.after(prepared.timeoutSeconds * 1000, `${this.#state.name} times out`, () =>
        this.#timeOut('States.Timeout'),
      );
    }
    if (this.#taskToken !== undefined) {
      this.#heartbeatSeconds = prepared.heartbeatSeconds;
      this.#beat();
      visit.execution.awaitToken(this.#taskToken, {
        finish: (outcome) => this.#finish(outcome),
        heartbeat: () => this.#beat(),
      });
    }
    visit.execution.host.startTask(this.#request(prepared), (outcome) => this.#answered(outcome));
  }

  #request(prepared: PreparedTask): TaskRequest {
    return {
      resource: this.#state.resource,
      arguments: structuredClone(prepared.arguments),
      ...(this.#taskToken === undefined ? {} : { taskToken: this.#taskToken }),
      ...(prepared.credentials === undefined ? {} : { credentials: prepared.credentials }),
      stateName: this.#state.name,
      executionArn: this.#visit.execution.executionArn,
    };
  }

  /** The call itself is over; with a task token that is only the beginning. */
  #answered(outcome: TaskOutcome): void {
    if (this.#over) return;
    if (this.#taskToken !== undefined && 'output' in outcome) this.#visit.record('Submitted');
    else this.#finish(outcome);
  }

  #finish(outcome: TaskOutcome): void {
    if (this.#over) return;
    this.#close();
    if ('error' in outcome) {
      this.#failed(new StateError(outcome.error, outcome.cause));
      return;
    }
    if (exceedsPayloadLimit(outcome.output)) {
      this.#failed(new StateError('States.DataLimitExceeded', dataLimitCause(this.#service())));
      return;
    }
    this.#visit.record('Succeeded');
    const result: unknown = outcome.output === undefined ? null : structuredClone(outcome.output);
    this.#visit.succeed(result);
  }

  #failed(failure: StateError): void {
    this.#visit.record('Failed', { error: failure.error, cause: failure.reason });
    this.#visit.fail(failure);
  }

  #timeOut(error: 'States.Timeout' | 'States.HeartbeatTimeout'): void {
    this.#close();
    this.#visit.record('TimedOut', { error });
    this.#visit.fail(new StateError(error));
  }

  #beat(): void {
    this.#heartbeatDeadline?.cancel();
    if (this.#heartbeatSeconds === undefined) return;
    this.#heartbeatDeadline = this.#visit.execution.host.kernel.after(
      this.#heartbeatSeconds * 1000,
      `${this.#state.name} misses its heartbeat`,
      () => this.#timeOut('States.HeartbeatTimeout'),
    );
  }

  #close(): void {
    this.#over = true;
    this.#deadline?.cancel();
    this.#heartbeatDeadline?.cancel();
    if (this.#taskToken !== undefined) this.#visit.execution.forgetToken(this.#taskToken);
    this.#visit.onStop(undefined);
  }

  /** `lambda` of `arn:aws:states:::lambda:invoke`; any other resource as it is written. */
  #service(): string {
    return /^arn:[^:]+:states:[^:]*:[^:]*:([^:]+):/.exec(this.#state.resource)?.[1] ?? this.#state.resource;
  }
}
