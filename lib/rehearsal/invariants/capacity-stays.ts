import type { InvariantFactory } from './invariant.ts';

/** Rule 10: what the standby region has doesn't shrink while it is the active one. */
export const capacityStays: InvariantFactory = (evidence, broken) => {
  const { standby } = evidence.plan.regions;
  let last: { readonly replicas: number; readonly nodes: number } | undefined;
  return {
    rule: 10,
    onTick() {
      if (evidence.authority()?.activeRegion !== standby) {
        last = undefined;
        return;
      }
      const now = evidence.capacity(standby);
      if (last !== undefined && now.replicas < last.replicas) {
        broken(`the workloads of ${standby} went from ${last.replicas} to ${now.replicas} replicas`);
      }
      if (last !== undefined && now.nodes < last.nodes)
        broken(`${standby} went from ${last.nodes} to ${now.nodes} nodes`);
      last = now;
    },
  };
};
