import type { Lag } from '../../lib/data/data-store-driver.ts';
import { type DriverOf, type PromotedStoreOf, promotedStores } from '../../lib/data/promoted-stores.ts';
import type { Journal } from '../../lib/evidence/journal.ts';
import type { AssessedStore } from '../../lib/evidence/journal-details.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { Invocation } from '../shared/task-handler.ts';

export interface AssessStoresDependencies {
  readonly plan: Plan;
  readonly nowMs: () => number;
  readonly drivers: DriverOf;
  readonly journal: Pick<Journal, 'read'>;
}

/** Every store that the failover would promote, as it stands: what would be lost, and what could be said of its fence. */
export async function assessStores(
  incidentId: string,
  dependencies: AssessStoresDependencies & Invocation,
): Promise<AssessedStore[]> {
  const stores = promotedStores(dependencies.plan);
  if (stores.length === 0) return [];
  const entries = await dependencies.journal.read(incidentId, dependencies.signal);
  const opened = entries.find((entry) => entry.kind === 'incident-opened');
  // Started by a person without a signal: as far as anybody knows the writer lives.
  const diedAtMs = opened === undefined ? dependencies.nowMs() : Date.parse(opened.detail.openedAt);
  return Promise.all(stores.map((one) => assessOne(one, diedAtMs, dependencies)));
}

async function assessOne(
  { application, store }: PromotedStoreOf,
  diedAtMs: number,
  { drivers, signal }: AssessStoresDependencies & Invocation,
): Promise<AssessedStore> {
  const driver = drivers(store);
  const [{ fence }, lag] = await Promise.all([
    driver.fence(signal),
    lagOrUnknown(driver.lag(diedAtMs, signal), signal),
  ]);
  return {
    application,
    store: store.name,
    kind: store.kind,
    lagSeconds: lag.seconds,
    lossBudgetSeconds: store.lossBudgetSeconds,
    fence,
    unprovedAccepted: store.acceptUnprovedFence,
  };
}

/** A metric that can't be read must not end the failover: an unknown lag is a question to a human. */
async function lagOrUnknown(asked: Promise<Lag>, signal: AbortSignal): Promise<Lag> {
  try {
    return await asked;
  } catch (error) {
    signal.throwIfAborted();
    return { seconds: null, reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}
