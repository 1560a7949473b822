import type { StoreRecord } from '../../lib/evidence/journal-details.ts';

const bases: Readonly<Record<StoreRecord['basis'], string>> = {
  fence: '',
  approval: 'fence UNPROVED, which a human accepted',
  plan: 'fence UNPROVED, which the plan accepts by name (acceptUnprovedFence)',
  none: 'fence UNPROVED, and nobody accepted that',
};

/** Where each database takes writes now, and every promotion that nothing proved to be safe. */
export function dataLines(stores: readonly StoreRecord[]): readonly string[] {
  return stores.map(({ application, store, fence, basis, promoted }) => {
    const state = promoted ? 'takes writes here' : 'NOT promoted: its writer was not moved, or is not known';
    const ground = basis === 'fence' ? `fence ${fence}` : bases[basis];
    return `Data of ${application}/${store}: ${state}; ${ground}`;
  });
}
