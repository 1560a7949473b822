import type { Deadline, Runtime } from '../../../lambdas/shared/runtime.ts';

interface Sleeper {
  readonly atMs: number;
  readonly order: number;
  readonly wake: () => void;
}

/** A runtime on a clock that stands still until a test, or everybody sleeping, moves it. */
export class FakeRuntime implements Runtime {
  readonly region: string;
  readonly variables: Record<string, string | undefined>;
  #nowMs: number;
  #order = 0;
  #sleepers: Sleeper[] = [];
  #uuids = 0;

  constructor(options: { region?: string; now?: string; variables?: Record<string, string | undefined> } = {}) {
    this.region = options.region ?? 'eu-west-1';
    this.variables = options.variables ?? {};
    this.#nowMs = Date.parse(options.now ?? '2026-03-01T12:00:00.000Z');
  }

  nowMs = (): number => this.#nowMs;

  uuid = (): string => `uuid-${this.region}-${++this.#uuids}`;

  advance(seconds: number): void {
    this.#nowMs += seconds * 1000;
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      this.#sleepers.push({ atMs: this.#nowMs + delayMs, order: this.#order++, wake: resolve });
    });
  }

  /** Aborts when the clock is moved past the deadline by `run`. */
  deadline(afterMs: number, parent?: AbortSignal): Deadline {
    const controller = new AbortController();
    parent?.addEventListener('abort', () => controller.abort(parent.reason), { once: true });
    const sleeper = {
      atMs: this.#nowMs + afterMs,
      order: this.#order++,
      wake: () => controller.abort(Object.assign(new Error('no answer'), { name: 'TimeoutError' })),
    };
    this.#sleepers.push(sleeper);
    return {
      signal: controller.signal,
      release: () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
      },
    };
  }

  /** Wakes one sleeper after the other, in order of their times, until `work` is done. */
  async run<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const watched = work.finally(() => {
      done = true;
    });
    watched.catch(() => {});
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve));
      if (done) break;
      const next = this.#sleepers.toSorted((a, b) => a.atMs - b.atMs || a.order - b.order)[0];
      if (next === undefined) continue;
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.wake();
    }
    return watched;
  }
}
