import type { Authority } from '../../lib/authority/authority.ts';
import { type DriverOf, type PromotedStoreOf, promotedStores } from '../../lib/data/promoted-stores.ts';
import type { Journal } from '../../lib/evidence/journal.ts';
import type { FencedStore } from '../../lib/evidence/journal-details.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import { FenceUnprovedError, StaleEpochError } from '../shared/errors.ts';
import type { Invocation } from '../shared/task-handler.ts';
import type { contract } from './contract.ts';

export interface FenceStoresDependencies {
  readonly plan: Plan;
  readonly authority: Pick<Authority, 'read'>;
  readonly drivers: DriverOf;
  readonly journal: Pick<Journal, 'append'>;
}

/** Rule 5: a promotion needs a fence that is proved or expired, or a named human, or the plan's named acceptance. */
export async function fenceStores(
  input: InputOf<typeof contract>,
  dependencies: FenceStoresDependencies & Invocation,
): Promise<OutputOf<typeof contract>> {
  const { plan, authority, journal, signal } = dependencies;
  const { incidentId, executionArn, epoch, approvers } = input;
  const record = await authority.read(signal);
  if (record?.epoch !== epoch) {
    throw new StaleEpochError(`the epoch is ${record?.epoch ?? 'unknown'}, this execution acts under ${epoch}`);
  }
  const fences = await Promise.all(promotedStores(plan).map((one) => fenceOne(one, input, dependencies)));
  if (fences.length > 0) {
    await journal.append(
      { incidentId, kind: 'stores-fenced', executionArn, detail: { epoch, approvers, fences } },
      signal,
    );
  }
  const open = fences.filter(({ basis }) => basis === 'none');
  if (open.length > 0) {
    const names = open.map(({ application, store, detail }) => `${application}/${store} (${detail})`).join(', ');
    throw new FenceUnprovedError(
      `nothing proves that the old writer of ${names} is fenced, and nobody accepted that; no store was promoted`,
    );
  }
  return { fences: fences.flatMap(({ basis, ...rest }) => (basis === 'none' ? [] : [{ ...rest, basis }])) };
}

async function fenceOne(
  one: PromotedStoreOf,
  { approvers }: InputOf<typeof contract>,
  { drivers, signal }: FenceStoresDependencies & Invocation,
): Promise<FencedStore> {
  const { fence, detail } = await drivers(one.store).demote(signal);
  const common = { application: one.application, store: one.store.name, fence, detail };
  if (fence !== 'unproved') return { ...common, basis: 'fence' };
  if (approvers.length > 0) return { ...common, basis: 'approval' };
  return { ...common, basis: one.store.acceptUnprovedFence ? 'plan' : 'none' };
}
