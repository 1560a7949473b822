import type { Authority } from '../../lib/authority/authority.ts';
import { concurrencyLimit } from '../../lib/cluster/concurrency-limit.ts';
import type { DataStoreDriver, Promotion } from '../../lib/data/data-store-driver.ts';
import { type DriverOf, type PromotedStoreOf, promotedStores, storeName } from '../../lib/data/promoted-stores.ts';
import type { Journal } from '../../lib/evidence/journal.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import { StaleEpochError } from '../shared/errors.ts';
import type { Runtime } from '../shared/runtime.ts';
import type { Invocation } from '../shared/task-handler.ts';
import type { contract } from './contract.ts';

export interface PromoteStoresDependencies {
  readonly plan: Plan;
  readonly runtime: Pick<Runtime, 'nowMs' | 'sleep'>;
  readonly authority: Pick<Authority, 'read'>;
  readonly drivers: DriverOf;
  readonly journal: Pick<Journal, 'append'>;
}

type Input = InputOf<typeof contract>;
type Output = OutputOf<typeof contract>;
type Dependencies = PromoteStoresDependencies & Invocation;

/** A store on its way. */
interface Underway {
  readonly of: PromotedStoreOf;
  readonly driver: DataStoreDriver;
  promotion: Promotion;
}

/** Less than the function's time-out, so that an answer comes before Lambda ends it. */
const invocationMs = 50_000;
const pollMs = 1000;
/** Calls to RDS at once, and looks a second: an estate of a hundred databases isn't throttled. Ours: RDS names no rate. */
const callsAtOnce = 10;

export async function promoteStores(input: Input, dependencies: Dependencies): Promise<Output> {
  const { plan, authority, drivers, journal, runtime, signal } = dependencies;
  const { incidentId, executionArn, epoch } = input;
  const untilMs = runtime.nowMs() + invocationMs;
  const record = await authority.read(signal);
  if (record?.epoch !== epoch) {
    throw new StaleEpochError(`the epoch is ${record?.epoch ?? 'unknown'}, this execution acts under ${epoch}`);
  }
  const stores = promotedStores(plan).map(
    (of): Underway => ({ of, driver: drivers(of.store), promotion: { state: 'not-begun' } }),
  );
  await each(stores, async (one) => {
    one.promotion = await one.driver.promote('failover', signal);
  });
  const detail = { epoch, stores: stores.map(({ of }) => storeName(of)) };
  await journal.append({ incidentId, kind: 'promotion-begun', executionArn, detail }, signal);
  await follow(stores, untilMs, input, dependencies);
  const output = outcome(stores);
  if (output.state === 'failed') {
    const failure = { epoch, reason: output.reason };
    await journal.append({ incidentId, kind: 'promotion-failed', executionArn, detail: failure }, signal);
  }
  return output;
}

/** Looks at what isn't done about once a second, until all is done, one has failed, or the time is over. */
async function follow(
  stores: readonly Underway[],
  untilMs: number,
  input: Input,
  dependencies: Dependencies,
): Promise<void> {
  const { runtime, signal } = dependencies;
  for (;;) {
    await recordPromoted(stores, input, dependencies);
    const open = stores.filter(({ promotion }) => promotion.state === 'waiting');
    const failed = stores.some(({ promotion }) => promotion.state === 'failed');
    const pauseMs = pollMs * Math.max(1, open.length / callsAtOnce);
    if (open.length === 0 || failed || runtime.nowMs() + pauseMs >= untilMs) return;
    await runtime.sleep(pauseMs, signal);
    await each(open, async (one) => {
      const now = await one.driver.verify(signal);
      // It was under way a second ago.
      one.promotion = now.state === 'not-begun' ? { state: 'failed', reason: 'the store gave the promotion up' } : now;
    });
  }
}

/** Applications whose every store takes writes here; the journal takes each of them once. */
async function recordPromoted(
  stores: readonly Underway[],
  { incidentId, executionArn }: Input,
  { journal, signal }: Dependencies,
): Promise<void> {
  const missing = new Set(
    stores.filter(({ promotion }) => promotion.state !== 'promoted').map(({ of }) => of.application),
  );
  for (const application of new Set(stores.map(({ of }) => of.application))) {
    if (missing.has(application)) continue;
    const entry = { incidentId, executionArn, kind: 'data-promoted', subject: application } as const;
    await journal.append({ ...entry, detail: { application } }, signal);
  }
}

function outcome(stores: readonly Underway[]): Output {
  const promoted = stores.filter(({ promotion }) => promotion.state === 'promoted');
  const rest = stores.filter(({ promotion }) => promotion.state !== 'promoted');
  const counts = { promoted: promoted.length, stores: stores.length };
  if (rest.length === 0) return { state: 'promoted', reason: 'every data store takes writes here', ...counts };
  const done = promoted.map(({ of }) => storeName(of)).join(', ') || 'none';
  const open = rest.map(({ of, promotion }) => `${storeName(of)} (${reasonOf(promotion)})`).join(', ');
  const failed = rest.some(({ promotion }) => promotion.state === 'failed');
  return { state: failed ? 'failed' : 'waiting', reason: `promoted: ${done}; not promoted: ${open}`, ...counts };
}

function reasonOf(promotion: Promotion): string {
  if (promotion.state === 'failed') return promotion.reason;
  return promotion.state === 'waiting' ? promotion.detail : promotion.state;
}

async function each(stores: readonly Underway[], act: (one: Underway) => Promise<void>): Promise<void> {
  const limit = concurrencyLimit(callsAtOnce);
  await Promise.all(stores.map((one) => limit(() => act(one))));
}
