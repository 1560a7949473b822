import type { StateFlow } from './definition.ts';
import type { Execution } from './execution.ts';
import { exceedsPayloadLimit } from './json.ts';
import { StateError } from './state-error.ts';
import { Visit } from './visit.ts';

/** The item that an iteration of a Map works on, for `$states.context.Map.Item`. */
export interface MapItem {
  readonly Index: number;
  readonly Value: unknown;
}

export type ThreadOutcome = { readonly output: unknown } | { readonly failure: StateError };

export interface ThreadOptions {
  readonly execution: Execution;
  readonly flow: StateFlow;
  /** The thread whose variables this one reads; undefined for the machine's own level. */
  readonly parent: Thread | undefined;
  readonly mapItem: MapItem | undefined;
  readonly onEnd: (outcome: ThreadOutcome) => void;
}

/** All variables of an execution: 10 MiB; one Assign: 256 KiB (https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html). */
const maximumVariableBytes = 10 * 1024 * 1024;

/** A walk through the states of one level, with variables of its own: the machine, a branch or an iteration. */
export class Thread {
  readonly execution: Execution;
  readonly mapItem: MapItem | undefined;
  readonly #options: ThreadOptions;
  #variables: Readonly<Record<string, unknown>> = {};
  #visit: Visit | undefined;
  #ended = false;

  constructor(options: ThreadOptions) {
    this.#options = options;
    this.execution = options.execution;
    this.mapItem = options.mapItem;
  }

  start(input: unknown): void {
    this.enter(this.#options.flow.startAt, input);
  }

  /** Stops everything that runs in this thread, without an outcome. */
  stop(): void {
    this.#ended = true;
    this.#visit?.stop();
  }

  /** Variables that an expression here can read: the outer ones and its own. */
  variables(): Readonly<Record<string, unknown>> {
    return { ...this.#options.parent?.variables(), ...this.#variables };
  }

  /** @throws StateError States.DataLimitExceeded */
  assign(values: Readonly<Record<string, unknown>>, stateName: string): void {
    const all = { ...this.#variables, ...values };
    if (exceedsPayloadLimit(values) || JSON.stringify(all).length > maximumVariableBytes) {
      throw new StateError(
        'States.DataLimitExceeded',
        `The variables assigned in the state '${stateName}' exceed the maximum number of bytes service limit.`,
      );
    }
    this.#variables = all;
  }

  /** Goes to a state, in an event of its own so that long loops don't pile up on the stack. */
  enter(stateName: string, input: unknown): void {
    const { kernel } = this.execution.host;
    kernel.after(0, `${this.execution.executionArn} ${stateName}`, () => {
      if (this.#ended) return;
      const state = this.#options.flow.states.get(stateName);
      if (state === undefined) throw new TypeError(`state ${stateName} was looked for when the definition was loaded`);
      this.#visit = new Visit(this, state, input);
      this.#visit.begin();
    });
  }

  end(outcome: ThreadOutcome): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#options.onEnd(outcome);
  }
}
