import type { DnsRecordType, DnsResult } from './internet.ts';
import type { AuthoritativeAnswer } from './name-authority.ts';

interface Cached {
  readonly answer: AuthoritativeAnswer;
  readonly untilMs: number;
}

/** A CNAME chain longer than this is a loop (BIND gives up after 16). */
const longestChain = 16;

export interface RecursiveResolverOptions {
  readonly nowMs: () => number;
  /** Asks whoever holds the name; undefined when nobody does. Called on a cache miss only. */
  readonly lookUp: (name: string, type: DnsRecordType) => AuthoritativeAnswer | undefined;
  /** Answers are kept for so long even if their time to live is shorter, which RFC 1035 doesn't allow. Default 0. */
  readonly minimumTtlSeconds?: number;
}

/** The resolver of one network: keeps every answer, negative ones too, for its time to live (RFC 1035, RFC 2308). */
export class RecursiveResolver {
  readonly #cache = new Map<string, Cached>();
  readonly #nowMs: () => number;
  readonly #lookUp: RecursiveResolverOptions['lookUp'];
  readonly #minimumTtlSeconds: number;

  constructor(options: RecursiveResolverOptions) {
    this.#nowMs = options.nowMs;
    this.#lookUp = options.lookUp;
    this.#minimumTtlSeconds = options.minimumTtlSeconds ?? 0;
  }

  /** `fromCache`: no name server was asked. The time to live is what is left of the shortest in the chain. */
  resolve(name: string, type: DnsRecordType): { readonly result: DnsResult; readonly fromCache: boolean } {
    let fromCache = true;
    let ttlSeconds = Number.POSITIVE_INFINITY;
    let current = name;
    for (let step = 0; step < longestChain; step++) {
      const found = this.#find(current, type);
      fromCache &&= found.fromCache;
      if (found.answer === undefined) return { result: { code: 'ENOTFOUND' }, fromCache };
      ttlSeconds = Math.min(ttlSeconds, found.leftSeconds);
      if (found.answer.kind !== 'records') {
        return { result: { code: found.answer.kind === 'no-data' ? 'ENODATA' : 'ENOTFOUND' }, fromCache };
      }
      if (found.answer.type === type) return { result: { values: found.answer.values, ttlSeconds }, fromCache };
      current = found.answer.values[0] ?? '';
    }
    return { result: { code: 'ESERVFAIL' }, fromCache };
  }

  #find(name: string, type: DnsRecordType) {
    const key = `${name}|${type}`;
    const cached = this.#cache.get(key);
    const nowMs = this.#nowMs();
    if (cached !== undefined && cached.untilMs > nowMs) {
      return { answer: cached.answer, fromCache: true, leftSeconds: Math.ceil((cached.untilMs - nowMs) / 1000) };
    }
    const answer = this.#lookUp(name, type);
    const ttlSeconds = Math.max(answer?.ttlSeconds ?? 0, this.#minimumTtlSeconds);
    if (answer !== undefined) this.#cache.set(key, { answer, untilMs: nowMs + ttlSeconds * 1000 });
    return { answer, fromCache: false, leftSeconds: answer === undefined ? 0 : ttlSeconds };
  }
}
