import type { InvariantFactory } from './invariant.ts';

/** Rule 1: once a region acknowledges an application's writes, the one before never does again. */
export const singleWriter: InvariantFactory = (evidence, broken) => {
  const activeActive = new Set(
    evidence.plan.applications.filter((one) => one.pattern === 'active-active').map((one) => one.name),
  );
  const left = new Map<string, Set<string>>();
  const current = new Map<string, string>();
  return {
    rule: 1,
    onWrite(store, write) {
      // Where the plan lets both regions write, the rule is convergence, which the stores promise by their replication.
      if (activeActive.has(store.application)) return;
      const key = `${store.application}/${store.name}`;
      const before = current.get(key);
      if (before === write.region) return;
      const gone = left.get(key) ?? new Set<string>();
      left.set(key, gone);
      if (gone.has(write.region)) {
        broken(`${key} acknowledged a write in ${write.region} after one in ${before}`);
      }
      if (before !== undefined) gone.add(before);
      current.set(key, write.region);
    },
  };
};
