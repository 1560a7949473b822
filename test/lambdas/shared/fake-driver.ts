import type {
  DataStoreDriver,
  FenceFinding,
  Lag,
  Promotion,
  PromotionMode,
  Reseed,
} from '../../../lib/data/data-store-driver.ts';

/** A data store whose promotion goes through the given states, one a look; the last one stays. */
export class FakeDriver implements DataStoreDriver {
  readonly begun: PromotionMode[] = [];
  found: FenceFinding = { fence: 'unproved', detail: 'the writer is elsewhere' };
  behind: Lag | Error = { seconds: 0.5 };
  #states: readonly Promotion[];

  constructor(...states: readonly Promotion[]) {
    this.#states = states;
  }

  async lag(): Promise<Lag> {
    if (this.behind instanceof Error) throw this.behind;
    return this.behind;
  }

  async fence(): Promise<FenceFinding> {
    return this.found;
  }

  async demote(): Promise<FenceFinding> {
    return this.found;
  }

  async promote(mode: PromotionMode): Promise<Promotion> {
    this.begun.push(mode);
    return this.verify();
  }

  async verify(): Promise<Promotion> {
    const [first = { state: 'promoted' as const }, ...rest] = this.#states;
    if (rest.length > 0) this.#states = rest;
    return first;
  }

  async reseed(): Promise<Reseed> {
    return { state: 'in-sync' };
  }
}
