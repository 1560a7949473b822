import type { StateMachine } from '../../states/definition.ts';
import {
  Execution,
  type ExecutionStatus,
  type HistoryEvent,
  type TaskOutcome,
  type TaskRequest,
} from '../../states/execution.ts';
import type { ServiceEvent } from '../eventbridge/eventbridge-service.ts';
import type { WorldParts } from '../service.ts';
import { RegionalClock } from './regional-clock.ts';
import { taskCall } from './task-calls.ts';

export interface Machine {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly roleArn: string;
  readonly definition: StateMachine;
}

export interface MachineExecutionOptions {
  readonly parts: WorldParts;
  readonly machine: Machine;
  readonly name: string;
  /** JSON text. */
  readonly inputText: string;
  readonly onStatus: (execution: MachineExecution) => void;
  readonly onStateEntered: (execution: MachineExecution, stateName: string) => void;
}

/** An execution in its region: calls what its tasks ask for under the machine's role, and stops for good when the region goes dark. */
export class MachineExecution {
  readonly machine: Machine;
  readonly name: string;
  readonly arn: string;
  readonly inputText: string;
  readonly startedMs: number;
  readonly history: HistoryEvent[] = [];
  readonly #parts: WorldParts;
  readonly #clock: RegionalClock;
  readonly #execution: Execution;

  constructor(options: MachineExecutionOptions) {
    const { parts, machine, name, inputText } = options;
    this.#parts = parts;
    this.machine = machine;
    this.name = name;
    this.inputText = inputText;
    this.arn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    this.startedMs = parts.kernel.nowMs;
    this.#clock = new RegionalClock(parts.kernel, parts.weather, machine.region);
    this.#execution = new Execution({
      definition: machine.definition,
      name,
      executionArn: this.arn,
      stateMachineArn: machine.arn,
      stateMachineName: machine.name,
      roleArn: machine.roleArn,
      input: JSON.parse(inputText),
      host: {
        kernel: this.#clock,
        startTask: (request, complete) => this.#startTask(request, complete),
        onStateEntered: (stateName) => options.onStateEntered(this, stateName),
        onHistoryEvent: (event) => this.history.push(event),
        onEnd: () => options.onStatus(this),
      },
    });
  }

  get status(): ExecutionStatus {
    return this.#execution.status;
  }

  /** Was it under way when its region went dark? It stays RUNNING and never goes on. */
  get frozen(): boolean {
    return this.status === 'RUNNING' && (this.#clock.stopped || !this.#parts.weather.regionUp(this.machine.region));
  }

  get statesEntered(): readonly string[] {
    return this.#execution.statesEntered;
  }

  get endedMs(): number | undefined {
    return this.#execution.endedMs;
  }

  get error(): string | undefined {
    return this.#execution.error;
  }

  get cause(): string | undefined {
    return this.#execution.cause;
  }

  /** JSON text; undefined unless it succeeded. */
  get outputText(): string | undefined {
    return this.status === 'SUCCEEDED' ? JSON.stringify(this.#execution.output) : undefined;
  }

  start(): void {
    this.#execution.start();
  }

  /** The execution goes no further until `resume`: what it waits for may happen, and it doesn't notice. */
  pause(): void {
    this.#clock.pause();
  }

  resume(): void {
    this.#clock.resume();
  }

  abort(error: string | undefined, cause: string | undefined): void {
    this.#execution.abort(error, cause);
  }

  /** @returns false if no task of this execution waits for the token */
  sendTask(token: string, signal: { readonly outcome: TaskOutcome } | 'heartbeat'): boolean {
    if (signal === 'heartbeat') return this.#execution.sendTaskHeartbeat(token);
    const { outcome } = signal;
    if ('output' in outcome) return this.#execution.sendTaskSuccess(token, outcome.output);
    return this.#execution.sendTaskFailure(token, outcome.error, outcome.cause);
  }

  /** @see https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
  statusEvent(): ServiceEvent {
    return {
      source: 'aws.states',
      detailType: 'Step Functions Execution Status Change',
      resources: [this.arn],
      detail: {
        executionArn: this.arn,
        stateMachineArn: this.machine.arn,
        name: this.name,
        status: this.status,
        startDate: Math.floor(this.startedMs),
        stopDate: this.endedMs === undefined ? null : Math.floor(this.endedMs),
        input: this.inputText,
        output: this.outputText ?? null,
        inputDetails: { included: true },
        outputDetails: this.outputText === undefined ? null : { included: true },
        error: this.error ?? null,
        cause: this.cause ?? null,
      },
    };
  }

  #startTask(request: TaskRequest, complete: (outcome: TaskOutcome) => void): void {
    const { region, roleArn, name } = this.machine;
    const { accountId, bus } = this.#parts;
    const call = taskCall(request);
    const caller = { principal: roleArn, name: `states:${name}/${this.name}@${region}`, accountId, region };
    this.#clock.whileLight(() =>
      bus.call(call.service, { caller, region, operation: call.operation, input: call.input }, (result) =>
        this.#clock.whileLight(() => {
          // With a task token the answer only says that the request was made, but a refusal is the task's.
          complete(call.outcome(result));
        }),
      ),
    );
  }
}
