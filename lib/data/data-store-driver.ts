/**
 * What keeps the old writer from writing. `proved`: the store itself refuses it. `expired`: a guard inside the cluster
 * with a deadline of its own was last seen armed, and deadline plus clock skew has passed. `unproved`: neither.
 */
export const fences = ['proved', 'expired', 'unproved'] as const;
export type Fence = (typeof fences)[number];

export interface FenceFinding {
  readonly fence: Fence;
  /** What it rests on, a sentence without a full stop. */
  readonly detail: string;
}

/** How far this region's copy is behind the writer. Unknown is an answer of its own. */
export type Lag = { readonly seconds: number } | { readonly seconds: null; readonly reason: string };

/** What a promotion has come to. */
export type Promotion =
  /** This region's copy takes writes. */
  | { readonly state: 'promoted' }
  /** Under way. */
  | { readonly state: 'waiting'; readonly detail: string }
  /** Not under way: never asked for, or given up by the store. Asking begins (anew). */
  | { readonly state: 'not-begun' }
  /** The store refuses it in the state it is in. */
  | { readonly state: 'failed'; readonly reason: string };

/** How the old region's copy stands. */
export type Reseed =
  /** It follows the new writer. */
  | { readonly state: 'in-sync' }
  /** It is being brought back, or its region doesn't answer: nothing has to be done. */
  | { readonly state: 'waiting'; readonly detail: string }
  /** It is no copy any more: a person must add a new one. */
  | { readonly state: 'lost'; readonly reason: string };

/** `failover`: at once; what had not arrived is lost. `switchover`: both sides in step first, nothing is lost. */
export type PromotionMode = 'failover' | 'switchover';

/**
 * What Lifeboat asks of one data store, seen from the region that is being activated. Every call
 * - ends within the client's time-outs (3 attempts of 3 s) and waits for no state: who wants the end asks again;
 * - may be repeated at any time, by any execution, with the same effect;
 * - asks nothing of the other region, which may be dead;
 * - answers what the store refuses as a value, and throws only what its service throws for throttling, lost
 *   connections and missing permissions.
 * That the authority's epoch is still the caller's is checked by the caller, right before `demote` and `promote`.
 */
export interface DataStoreDriver {
  /** Data that a failover would lose if the writer died at `diedAtMs`: the last measured lag, and the time since then. */
  lag(diedAtMs: number, signal: AbortSignal): Promise<Lag>;
  /** What could be claimed of the fence now. */
  fence(signal: AbortSignal): Promise<FenceFinding>;
  /**
   * Makes the old writer refuse writes as far as the store can from here, then says what could be proved. A store that
   * demotes only together with a promotion (Aurora) does nothing here.
   */
  demote(signal: AbortSignal): Promise<FenceFinding>;
  /** Begins a promotion unless one is under way or done. */
  promote(mode: PromotionMode, signal: AbortSignal): Promise<Promotion>;
  /** How the promotion stands; begins nothing. */
  verify(signal: AbortSignal): Promise<Promotion>;
  /** Brings the old region's copy behind the new writer, where that needs a call; says how it stands. */
  reseed(signal: AbortSignal): Promise<Reseed>;
}
