import { ClosedIngressStore } from '../../lib/cluster/closed-ingress-store.ts';
import { IngressGate } from '../../lib/cluster/ingress-gate.ts';
import { Journal } from '../../lib/evidence/journal.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { estateAuthority } from '../shared/estate-authority.ts';
import { clusterAccess } from '../shared/kubernetes-access.ts';
import { embeddedMetrics } from '../shared/metrics.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { contract } from './contract.ts';
import { type GateIngressDependencies, gateIngress } from './gate-ingress.ts';

export const handler = taskHandler(contract, gateIngress, (environment, runtime): GateIngressDependencies => {
  const plan = readDeployedPlan(environment.PLAN_FILE);
  const client = tableClient({ region: runtime.region });
  return {
    runtime,
    authority: estateAuthority(environment, plan.estate),
    gate: new IngressGate({ plan, clusters: clusterAccess(runtime) }),
    store: new ClosedIngressStore({ client, tableName: environment.COORDINATION_TABLE }),
    journal: new Journal({ client, tableName: environment.JOURNAL_TABLE, nowMs: runtime.nowMs }),
    metrics: embeddedMetrics({ estate: plan.estate, nowMs: runtime.nowMs }),
  };
});
