import { RandomStream } from './random-stream.ts';

/** A piece of work at a virtual instant; `cancel` before it ran means it never runs. */
export interface Timer {
  readonly atMs: number;
  cancel(): void;
}

interface ScheduledEvent {
  readonly atMs: number;
  readonly rank: string;
  readonly order: number;
  run: (() => void) | undefined;
}

interface SubmittedCall {
  readonly caller: string;
  readonly callNumber: number;
  readonly run: () => void;
}

export interface KernelOptions {
  readonly seed: number;
  /** Epoch milliseconds at which virtual time starts. */
  readonly startMs: number;
  /** Waits until all asynchronous work that is in progress in the process has come to rest. */
  readonly quiesce: () => Promise<void>;
}

/**
 * The virtual clock and event queue of a rehearsal.
 *
 * Simulated services run synchronously inside an event. Code that is asynchronous (handlers in their
 * contexts, JSONata) is announced with `awaitQuiescence`; time advances only when it has come to rest.
 * What it asked for meanwhile waits in `submit` and is carried out ordered by caller and call number,
 * never by arrival, so that promise scheduling can't change a run.
 */
export class Kernel {
  readonly #seed: number;
  readonly #quiesce: () => Promise<void>;
  readonly #streams = new Map<string, RandomStream>();
  readonly #heap: ScheduledEvent[] = [];
  #submitted: SubmittedCall[] = [];
  #nowMs: number;
  #order = 0;
  #asyncWork = false;
  #stopped = false;

  constructor(options: KernelOptions) {
    this.#seed = options.seed;
    this.#nowMs = options.startMs;
    this.#quiesce = options.quiesce;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Independent pseudo-random stream of a subsystem; the same name gives the same stream. */
  random(name: string): RandomStream {
    let stream = this.#streams.get(name);
    if (stream === undefined) {
      stream = new RandomStream(`${this.#seed}/${name}`);
      this.#streams.set(name, stream);
    }
    return stream;
  }

  /**
   * `label` says what is scheduled, for whoever debugs the queue. Events of one instant run in the order of `rank`, then
   * of scheduling: asynchronous processes give their own unique name as rank, so that which of two processes set its
   * timer first can't change a run. Services leave it out and run before all processes of that instant.
   */
  at(atMs: number, _label: string, run: () => void, rank = ''): Timer {
    const event: ScheduledEvent = { atMs: Math.max(atMs, this.#nowMs), rank, order: this.#order++, run };
    this.#push(event);
    return {
      atMs: event.atMs,
      cancel: () => {
        event.run = undefined;
      },
    };
  }

  after(delayMs: number, label: string, run: () => void, rank = ''): Timer {
    return this.at(this.#nowMs + delayMs, label, run, rank);
  }

  /** Says that asynchronous code was started or resumed: the kernel lets it come to rest before it goes on. */
  awaitQuiescence(): void {
    this.#asyncWork = true;
  }

  /** A request of asynchronous code to the world; carried out once all such code is at rest. */
  submit(caller: string, callNumber: number, run: () => void): void {
    this.#submitted.push({ caller, callNumber, run });
    this.#asyncWork = true;
  }

  stop(): void {
    this.#stopped = true;
  }

  /**
   * Runs events in order of time (then of scheduling) until the queue is empty, `stop` was called or the next
   * event lies after `untilMs`. Real time yields to the event loop now and then, so signals and progress get through.
   */
  async run(untilMs = Number.POSITIVE_INFINITY): Promise<void> {
    this.#stopped = false;
    await this.#settle();
    while (!this.#stopped) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#pop();
      const run = next.run;
      if (run === undefined) continue;
      next.run = undefined;
      this.#nowMs = next.atMs;
      run();
      if (this.#asyncWork) await this.#settle();
    }
    if (!this.#stopped && Number.isFinite(untilMs)) this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  async #settle(): Promise<void> {
    while (this.#asyncWork) {
      this.#asyncWork = false;
      await this.#quiesce();
      const calls = this.#submitted;
      if (calls.length === 0) continue;
      this.#submitted = [];
      calls.sort((a, b) => (a.caller < b.caller ? -1 : a.caller > b.caller ? 1 : a.callNumber - b.callNumber));
      for (const call of calls) call.run();
    }
  }

  #push(event: ScheduledEvent): void {
    const heap = this.#heap;
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (before(heap[parent]!, event)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && before(heap[right]!, heap[left]!) ? right : left;
      if (before(last, heap[child]!)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
  }
}

function before(a: ScheduledEvent, b: ScheduledEvent): boolean {
  if (a.atMs !== b.atMs) return a.atMs < b.atMs;
  return a.rank === b.rank ? a.order < b.order : a.rank < b.rank;
}
