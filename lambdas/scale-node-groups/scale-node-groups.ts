import type { CaptureStore } from '../../lib/cluster/capture-store.ts';
import type { NodeGroups } from '../../lib/cluster/node-groups.ts';
import { nodeTargets } from '../../lib/cluster/node-targets.ts';
import { NodeGroupBusyError, scaleNodes } from '../../lib/cluster/scale-nodes.ts';
import type { Journal } from '../../lib/evidence/journal.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import { DependencyUnavailableError } from '../shared/errors.ts';
import type { contract } from './contract.ts';

export interface ScaleNodeGroupsDependencies {
  readonly plan: Plan;
  readonly region: string;
  readonly captures: CaptureStore;
  readonly nodeGroups: NodeGroups;
  readonly journal: Pick<Journal, 'append'>;
}

/** Asks for the captured number of nodes; waits for none of them. */
export async function scaleNodeGroups(
  input: InputOf<typeof contract>,
  dependencies: ScaleNodeGroupsDependencies,
): Promise<OutputOf<typeof contract>> {
  const targets = await nodeTargets(dependencies);
  // All are asked before one failure is told: the nodes of the others are needed none the less.
  const perGroup = await Promise.allSettled(
    targets.map(async (target) => {
      if (target.status === 'rejected') throw target.reason;
      return scaleNodes(target.value, input.incidentId, dependencies.nodeGroups);
    }),
  );
  const nodeGroups = perGroup.map((result) => {
    if (result.status === 'fulfilled') return result.value;
    const { reason } = result;
    if (reason instanceof NodeGroupBusyError) throw new DependencyUnavailableError(reason.message, { cause: reason });
    throw reason;
  });
  await dependencies.journal.append({
    incidentId: input.incidentId,
    kind: 'nodes-scaling-started',
    executionArn: input.executionArn,
    detail: { nodeGroups },
  });
  return { nodeGroups };
}
