import { ingressNamespaces } from '../plan/ingress.ts';
import type { Plan } from '../plan/plan.ts';
import type { ClosedWorkload } from './closed-ingress-store.ts';
import type { ClusterApi, Workload } from './cluster-api.ts';
import type { ClusterAccessor } from './eks-access.ts';

/** One cluster of the region that has an ingress of the plan. */
interface Gate {
  readonly cluster: string;
  readonly namespaces: readonly string[];
  readonly api: ClusterApi;
}

/** The ingress of a region: the Deployments and StatefulSets in the namespaces of the plan's ingress components. */
export class IngressGate {
  readonly #plan: Plan;
  readonly #clusters: ClusterAccessor;

  constructor(options: { plan: Plan; clusters: ClusterAccessor }) {
    this.#plan = options.plan;
    this.#clusters = options.clusters;
  }

  /** What asks for replicas now. */
  async running(): Promise<readonly ClosedWorkload[]> {
    const workloads = await this.#workloads();
    return workloads
      .filter(({ replicas }) => replicas > 0)
      .map(({ cluster, kind, namespace, name, replicas }) => ({ cluster, kind, namespace, name, replicas }));
  }

  /** Without replicas an autoscaler rests, too (https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#implicit-maintenance-mode-deactivation). */
  async close(workloads: readonly ClosedWorkload[]): Promise<void> {
    await this.#scale(workloads, () => 0);
  }

  /** To what was closed; what somebody has started since keeps its size. */
  async open(workloads: readonly ClosedWorkload[]): Promise<void> {
    const started = new Set((await this.running()).map(nameOf));
    const closed = workloads.filter((workload) => !started.has(nameOf(workload)));
    await this.#scale(closed, ({ replicas }) => replicas);
  }

  /** Whether no pod of it is ready any more: no Service leads to it. */
  async isClosed(): Promise<boolean> {
    const workloads = await this.#workloads();
    return workloads.every(
      ({ replicas, readyReplicas, statusIsCurrent }) => replicas === 0 && statusIsCurrent && readyReplicas === 0,
    );
  }

  async #workloads(): Promise<readonly (Workload & { readonly cluster: string })[]> {
    const gates = await this.#gates();
    const found = gates.flatMap(({ cluster, namespaces, api }) =>
      namespaces.map(async (namespace) =>
        (await api.listWorkloads(namespace)).map((workload) => ({ cluster, ...workload })),
      ),
    );
    return (await Promise.all(found)).flat();
  }

  async #scale(workloads: readonly ClosedWorkload[], to: (workload: ClosedWorkload) => number): Promise<void> {
    const gates = await this.#gates();
    await Promise.all(
      workloads.map(async (workload) => {
        const { kind, namespace, name } = workload;
        const gate = gates.find(({ cluster }) => cluster === workload.cluster);
        await gate?.api.scale({ kind, namespace, name }, to(workload));
      }),
    );
  }

  async #gates(): Promise<readonly Gate[]> {
    const withIngress = this.#plan.clusters.filter(
      // Functions can't reach a self-managed cluster yet.
      ({ kind, name }) => kind === 'eks' && ingressNamespaces(this.#plan, name).length > 0,
    );
    return Promise.all(
      withIngress.map(async (cluster) => ({
        cluster: cluster.name,
        namespaces: ingressNamespaces(this.#plan, cluster.name),
        api: await this.#clusters(cluster),
      })),
    );
  }
}

function nameOf({ cluster, kind, namespace, name }: ClosedWorkload): string {
  return `${cluster}/${kind}/${namespace}/${name}`;
}
