import type { MapState } from './definition.ts';
import { errorOutput, StateError } from './state-error.ts';
import { evaluateArray, evaluateNumber, evaluateTemplate, type Template } from './template.ts';
import { type MapItem, Thread, type ThreadOutcome } from './thread.ts';
import type { Visit } from './visit.ts';

/** An inline Map runs up to 40 iterations at a time (https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html). */
const maximumConcurrency = 40;

interface MapRun {
  readonly items: readonly unknown[];
  readonly concurrency: number;
  readonly toleratedCount: number | undefined;
  readonly toleratedPercentage: number | undefined;
}

export function runMap(visit: Visit, state: MapState): void {
  // Without Items the state's input is the array.
  const items: Template = state.items ?? { kind: 'literal', value: visit.input };
  visit.evaluate(
    {},
    async (scope): Promise<MapRun> => {
      const bounded = async (template: Template | undefined, field: string, to: number, whole: boolean) =>
        template === undefined ? undefined : await evaluateNumber(template, field, { from: 0, to, whole }, scope);
      return {
        items: await evaluateArray(items, 'Items', scope),
        // 0 means no limit of one's own.
        concurrency:
          (await bounded(state.maxConcurrency, 'MaxConcurrency', Number.MAX_SAFE_INTEGER, true)) || maximumConcurrency,
        toleratedCount: await bounded(
          state.toleratedFailureCount,
          'ToleratedFailureCount',
          Number.MAX_SAFE_INTEGER,
          true,
        ),
        toleratedPercentage: await bounded(state.toleratedFailurePercentage, 'ToleratedFailurePercentage', 100, false),
      };
    },
    (run) => new Iterations(visit, state, run).start(),
  );
}

class Iterations {
  readonly #visit: Visit;
  readonly #state: MapState;
  readonly #run: MapRun;
  readonly #outputs: unknown[];
  readonly #threads = new Set<Thread>();
  #started = 0;
  #finished = 0;
  #failed = 0;
  #over = false;

  constructor(visit: Visit, state: MapState, run: MapRun) {
    this.#visit = visit;
    this.#state = state;
    this.#run = run;
    this.#outputs = run.items.map(() => null);
  }

  start(): void {
    this.#visit.record('StateStarted');
    this.#visit.onStop(() => this.#stop());
    if (this.#run.items.length === 0) this.#succeed();
    else this.#startMore();
  }

  #startMore(): void {
    const limit = Math.min(this.#run.concurrency, maximumConcurrency);
    while (!this.#over && this.#started < this.#run.items.length && this.#started - this.#finished < limit) {
      const index = this.#started++;
      this.#begin({ Index: index, Value: this.#run.items[index] });
    }
  }

  #begin(item: MapItem): void {
    const visit = this.#visit;
    const selector = this.#state.itemSelector;
    visit.record('IterationStarted');
    const thread = new Thread({
      execution: visit.execution,
      flow: this.#state.processor,
      parent: visit.thread,
      mapItem: item,
      onEnd: (outcome) => {
        this.#threads.delete(thread);
        this.#ended(item, outcome);
      },
    });
    this.#threads.add(thread);
    if (selector === undefined) {
      thread.start(item.Value);
      return;
    }
    visit.evaluate(
      { context: { Map: { Item: item } } },
      (scope) => evaluateTemplate(selector, 'ItemSelector', scope),
      (input) => {
        if (!this.#over) thread.start(input);
      },
      (failure) => {
        if (!this.#over) this.#fail(failure);
      },
    );
  }

  #ended(item: MapItem, outcome: ThreadOutcome): void {
    this.#finished += 1;
    if ('failure' in outcome) {
      this.#failed += 1;
      this.#visit.record('IterationFailed');
      const problem = this.#intolerable(outcome.failure);
      if (problem !== undefined) {
        this.#fail(problem);
        return;
      }
      // As a Map Run reports a failed child when its results are not written elsewhere
      // (https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html).
      this.#outputs[item.Index] = {
        Input: JSON.stringify(item.Value),
        Status: 'FAILED',
        ...errorOutput(outcome.failure),
      };
    } else {
      this.#visit.record('IterationSucceeded');
      this.#outputs[item.Index] = outcome.output;
    }
    if (this.#finished === this.#run.items.length) this.#succeed();
    else this.#startMore();
  }

  /** The error that fails the whole state, if the failures so far are too many. */
  #intolerable(failure: StateError): StateError | undefined {
    const { toleratedCount, toleratedPercentage, items } = this.#run;
    if (toleratedCount === undefined && toleratedPercentage === undefined) return failure;
    const percentage = (100 * this.#failed) / items.length;
    const tooMany =
      this.#failed > (toleratedCount ?? Number.POSITIVE_INFINITY) || percentage > (toleratedPercentage ?? 100);
    return tooMany
      ? new StateError(
          'States.ExceedToleratedFailureThreshold',
          'The specified tolerated failure threshold was exceeded',
        )
      : undefined;
  }

  #succeed(): void {
    this.#over = true;
    this.#visit.onStop(undefined);
    this.#visit.record('StateSucceeded');
    this.#visit.succeed(this.#outputs);
  }

  #fail(failure: StateError): void {
    this.#stop();
    this.#visit.fail(failure);
  }

  #stop(): void {
    this.#over = true;
    for (const thread of this.#threads) thread.stop();
  }
}
