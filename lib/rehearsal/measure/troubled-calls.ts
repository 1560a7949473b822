import type { TraceEntry } from '../world/trace.ts';
import { isRefusal } from './call-counter.ts';

/** Calls of one kind that ended in the same error. */
export interface TroubledCalls {
  /** `denied`: somebody lacked a permission. `failed`: everything else, lost races and dark regions among it. */
  readonly kind: 'denied' | 'failed';
  readonly caller: string;
  readonly region: string;
  readonly service: string;
  readonly operation: string;
  readonly error: string;
  /** The first one's. */
  readonly message: string;
  readonly count: number;
  readonly firstAtMs: number;
}

/** Who asks the estate from outside; how they fared is told elsewhere. */
const outsiders = /^(client:|route53-health-check:)/;

/** What Lifeboat's own calls were refused from the fault on, counted by who, where, what and why. */
export class TroubleCounter {
  readonly #fromMs: number;
  readonly #found = new Map<string, TroubledCalls>();

  constructor(fromMs: number) {
    this.#fromMs = fromMs;
  }

  onCall({ atMs, caller, region, service, operation, error }: TraceEntry): void {
    if (error === undefined || atMs < this.#fromMs || outsiders.test(caller)) return;
    const key = JSON.stringify([caller, region, service, operation, error.name]);
    const before = this.#found.get(key);
    const kind = isRefusal(error) ? 'denied' : 'failed';
    const { name, message } = error;
    const first = {
      kind,
      caller,
      region,
      service,
      operation,
      error: name,
      message,
      count: 0,
      firstAtMs: atMs,
    } as const;
    this.#found.set(key, { ...(before ?? first), count: (before?.count ?? 0) + 1 });
  }

  /** What was denied first, then what happened most often. */
  get troubled(): readonly TroubledCalls[] {
    const rank = { denied: 0, failed: 1 };
    return [...this.#found.values()].sort(
      (a, b) => rank[a.kind] - rank[b.kind] || b.count - a.count || a.firstAtMs - b.firstAtMs,
    );
  }
}
