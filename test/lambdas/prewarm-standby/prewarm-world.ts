import { Authority } from '../../../lib/authority/authority.ts';
import { IncidentLock } from '../../../lib/authority/incident-lock.ts';
import type { CapturedWorkload } from '../../../lib/cluster/capture.ts';
import { CaptureStore } from '../../../lib/cluster/capture-store.ts';
import { PrewarmStore } from '../../../lib/cluster/prewarm-store.ts';
import { IncidentStore } from '../../../lib/detection/incident-store.ts';
import { Journal } from '../../../lib/evidence/journal.ts';
import type { Application, EksClusterInRegion } from '../../../lib/plan/plan.ts';
import { FakeClusterApi } from '../../lib/cluster/fake-cluster-api.ts';
import { FakeNodeGroups } from '../../lib/cluster/fake-node-groups.ts';
import { FakeRuntime } from '../shared/fake-runtime.ts';
import { active, sampleApplication, samplePlan, standby } from '../shared/sample-plan.ts';
import { SimulatedTables } from '../shared/simulated-tables.ts';

export const start = '2026-03-01T12:00:00.000Z';

const template = {
  spec: {
    nodeSelector: { disk: 'fast' },
    initContainers: [{ name: 'migrate', image: 'migrate:1' }],
    containers: [{ name: 'cart', image: 'cart:2', resources: { requests: { cpu: '250m', memory: '256Mi' } } }],
  },
};
/** One Deployment of the shop that runs three in the active region and one here. */
const cart = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: { replicas: 1, template },
};

/** A standby region at the first signal of an incident of the active one. */
export async function prewarmWorld(parts: {
  readonly autoscaler?: EksClusterInRegion['autoscaler'];
  readonly prewarm?: Application['prewarm'];
}) {
  const { client } = new SimulatedTables();
  const runtime = new FakeRuntime({ region: standby, now: start });
  const nodeGroup = { name: 'ng', minSize: 0, maxSize: 10, instanceType: 'm7g.large' };
  const inRegion = { clusterName: 'main-b', autoscaler: parts.autoscaler ?? 'none', nodeGroups: [nodeGroup] };
  const plan = samplePlan({
    clusters: [{ kind: 'eks', name: 'main', regions: { [standby]: inRegion } }],
    applications: [sampleApplication('shop', { prewarm: parts.prewarm ?? 'nodes' })],
  });
  const captures = new CaptureStore(client, 'captures');
  const run = { epoch: 1, capturedAtMs: 1 };
  await captures.writeNodeGroups('platform', { cluster: 'main', ...run, nodeGroups: [{ name: 'ng', desiredSize: 6 }] });
  const name = { cluster: 'main', kind: 'Deployment', namespace: 'shop', name: 'cart' } as const;
  const workloads: CapturedWorkload[] = [{ ...name, replicas: 3 }];
  const none = { cronJobs: [{ cluster: 'main', namespace: 'shop', name: 'nightly' }], requiredSecrets: [] };
  await captures.write({ application: 'shop', region: active, ...run, workloads, ...none }, []);
  const authority = new Authority({ client, tableName: 'authority', estate: 'shop' });
  await authority.bootstrap({ region: active, nowMs: runtime.nowMs(), leaseSeconds: 60 });
  const onCoordination = { client, tableName: 'coordination' };
  const incidents = new IncidentStore({ ...onCoordination, estate: 'shop', region: active });
  const { incidentId } = await incidents.open(start);
  const api = new FakeClusterApi();
  api.raw = [cart];
  const nodeGroups = new FakeNodeGroups({ ng: [2, 10] });
  const journal = new Journal({ client, tableName: 'journal', nowMs: runtime.nowMs });
  const dependencies = {
    plan,
    runtime,
    authority,
    lock: new IncidentLock(onCoordination),
    incidents: () => incidents,
    captures,
    nodeGroups,
    clusters: async () => api,
    store: new PrewarmStore(onCoordination),
    journal,
    signal: new AbortController().signal,
  };
  const suspected = (region = active) => ({
    'detail-type': 'Incident Suspected' as const,
    source: 'lifeboat' as const,
    detail: { incidentId, region, suspectedAt: start },
  });
  return { incidentId, incidents, api, nodeGroups, journal, dependencies, suspected };
}
