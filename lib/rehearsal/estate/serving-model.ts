import type { Application, Plan } from '../../plan/plan.ts';
import { isMembers } from '../kubernetes/api/patch.ts';
import { controllerOf, type KubernetesObject } from '../kubernetes/objects.ts';
import type { SimulatedDataStore } from './data-store.ts';
import { belongsTo, platformNamespaces } from './ownership.ts';

/** What traffic sees of a cluster. */
export interface ClusterView {
  /** Does the region have power? */
  up(): boolean;
  readyEndpoints(namespace: string, service: string): number;
  objects(kind: string, namespace?: string): readonly KubernetesObject[];
}

/** What must be ready for something to work: learnt from the active region while all was well. */
interface Needs {
  readonly services: readonly { readonly namespace: string; readonly name: string }[];
  readonly workloads: readonly { readonly kind: string; readonly namespace: string; readonly name: string }[];
  /** CronJobs that were not suspended. */
  readonly cronJobs: readonly { readonly namespace: string; readonly name: string }[];
}

/** Why something doesn't work, for people; undefined when it does. */
export type Refusal = string | undefined;

export interface ServingModelOptions {
  readonly plan: Plan;
  readonly nowMs: () => number;
  /** By region, then by the plan's name of the cluster. */
  readonly clusters: ReadonlyMap<string, ReadonlyMap<string, ClusterView>>;
  readonly dataStores: ReadonlyMap<string, readonly SimulatedDataStore[]>;
}

const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod'] as const;

/**
 * Does an application (or the platform) work in a region now? Requests succeed when what it needs is ready there, its
 * data is there, and requests to its dependencies succeed in the same region; it works as a whole when what ran by
 * schedule in the active region does so in this one, too.
 */
export class ServingModel {
  readonly #options: ServingModelOptions;
  readonly #applications: ReadonlyMap<string, Application>;
  readonly #needs = new Map<string, Needs>();
  readonly #answers = new Map<string, { readonly atMs: number; readonly refusal: Refusal }>();

  constructor(options: ServingModelOptions) {
    this.#options = options;
    this.#applications = new Map(options.plan.applications.map((application) => [application.name, application]));
  }

  /**
   * Learns from a region that is well what "ready" means: Services with ready endpoints, and workloads with ready pods
   * that no such Service reaches; and which CronJobs have a schedule that counts, as they are not suspended.
   */
  learn(region: string): void {
    const { plan } = this.#options;
    for (const application of plan.applications) {
      const view = this.#view(region, application.cluster);
      if (view !== undefined)
        this.#needs.set(
          application.name,
          needsOf(view, (object) => belongsTo(application, object) || leadsInto(application, object, view)),
        );
    }
    for (const cluster of plan.clusters) {
      const view = this.#view(region, cluster.name);
      if (view === undefined) continue;
      this.#needs.set(`platform/${cluster.name}`, platformNeeds(plan, view));
      this.#needs.set(`ingress/${cluster.name}`, platformNeeds(plan, view, 'ingress'));
    }
  }

  /** What keeps the application from doing all that it did while all was well: requests first, then scheduled work. */
  application(name: string, region: string): Refusal {
    return this.request(name, region) ?? this.scheduledWork(name, region);
  }

  /** What of an application's scheduled work doesn't run in a region. */
  scheduledWork(name: string, region: string): Refusal {
    const application = this.#applications.get(name);
    return application === undefined ? undefined : this.#unscheduled(name, region, application.cluster);
  }

  /** What keeps a request to the application from succeeding. */
  request(name: string, region: string): Refusal {
    const known = this.#answers.get(`${name}@${region}`);
    const atMs = this.#options.nowMs();
    if (known?.atMs === atMs) return known.refusal;
    const refusal = this.#judge(name, region);
    this.#answers.set(`${name}@${region}`, { atMs, refusal });
    return refusal;
  }

  /** Control planes answer, platform pods are ready, its CronJobs run, the ingress serves. */
  platform(region: string): Refusal {
    for (const { name } of this.#options.plan.clusters) {
      const who = `platform/${name}`;
      const refusal = this.#missing(who, region, name) ?? this.#unscheduled(who, region, name);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  ingress(region: string): Refusal {
    for (const { name } of this.#options.plan.clusters) {
      const refusal = this.#missing(`ingress/${name}`, region, name);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  #judge(name: string, region: string): Refusal {
    const application = this.#applications.get(name);
    if (application === undefined) return `the plan has no application ${name}`;
    const missing = this.#missing(name, region, application.cluster);
    if (missing !== undefined) return missing;
    const store = this.#options.dataStores.get(name)?.find((one) => !one.existsIn(region));
    if (store !== undefined) return `the data of ${store.name} isn't in ${region}`;
    for (const dependency of application.dependsOn) {
      const refusal = this.request(dependency, region);
      if (refusal !== undefined) return `${dependency}: ${refusal}`;
    }
    return undefined;
  }

  #missing(who: string, region: string, cluster: string): Refusal {
    const view = this.#view(region, cluster);
    if (view === undefined || !view.up()) return `${region} is dark`;
    const needs = this.#needs.get(who);
    for (const { namespace, name } of needs?.services ?? []) {
      if (view.readyEndpoints(namespace, name) === 0) return `no ready endpoint of Service ${namespace}/${name}`;
    }
    for (const { kind, namespace, name } of needs?.workloads ?? []) {
      const found = view.objects(kind, namespace).find((object) => object.metadata.name === name);
      if (found === undefined || readyPods(found) === 0) return `no ready pod of ${kind} ${namespace}/${name}`;
    }
    return undefined;
  }

  #unscheduled(who: string, region: string, cluster: string): Refusal {
    const view = this.#view(region, cluster);
    for (const { namespace, name } of this.#needs.get(who)?.cronJobs ?? []) {
      const found = view?.objects('CronJob', namespace).find((object) => object.metadata.name === name);
      if (found === undefined) return `no CronJob ${namespace}/${name}`;
      if (isSuspended(found)) return `CronJob ${namespace}/${name} is suspended`;
    }
    return undefined;
  }

  #view(region: string, cluster: string): ClusterView | undefined {
    return this.#options.clusters.get(region)?.get(cluster);
  }
}

function needsOf(view: ClusterView, mine: (object: KubernetesObject) => boolean): Needs {
  const services = view
    .objects('Service')
    .filter((service) => mine(service))
    .map(({ metadata }) => ({ namespace: metadata.namespace ?? 'default', name: metadata.name }))
    .filter(({ namespace, name }) => view.readyEndpoints(namespace, name) > 0);
  const workloads = workloadKinds.flatMap((kind) =>
    view
      .objects(kind)
      .filter((object) => mine(object) && controllerOf(object) === undefined && readyPods(object) > 0)
      .map(({ metadata }) => ({ kind, namespace: metadata.namespace ?? 'default', name: metadata.name })),
  );
  const cronJobs = view
    .objects('CronJob')
    .filter((object) => mine(object) && !isSuspended(object))
    .map(({ metadata }) => ({ namespace: metadata.namespace ?? 'default', name: metadata.name }));
  return { services, workloads, cronJobs };
}

function isSuspended({ spec }: KubernetesObject): boolean {
  return isMembers(spec) && spec.suspend === true;
}

function platformNeeds(plan: Plan, view: ClusterView, role?: string): Needs {
  const namespaces = platformNamespaces(plan, role);
  return needsOf(view, (object) => namespaces.has(object.metadata.namespace ?? 'default'));
}

/** Does a Service that carries no label of the application lead to its pods? */
function leadsInto(application: Application, object: KubernetesObject, view: ClusterView): boolean {
  const selector = object.kind === 'Service' && isMembers(object.spec) ? object.spec.selector : undefined;
  const wanted = Object.entries(isMembers(selector) ? selector : {});
  if (wanted.length === 0) return false;
  return workloadKinds.some((kind) =>
    view.objects(kind, object.metadata.namespace).some((workload) => {
      const labels = kind === 'Pod' ? workload.metadata.labels : templateLabels(workload);
      return belongsTo(application, workload) && wanted.every(([key, value]) => labels?.[key] === value);
    }),
  );
}

function templateLabels({ spec }: KubernetesObject): Readonly<Record<string, unknown>> | undefined {
  const template = isMembers(spec) ? spec.template : undefined;
  const metadata = isMembers(template) ? template.metadata : undefined;
  return isMembers(metadata) && isMembers(metadata.labels) ? metadata.labels : undefined;
}

/** DaemonSets count differently (`numberReady`) from Deployments and StatefulSets (`readyReplicas`); a Pod is one or none. */
export function readyPods({ status }: { readonly kind: string; readonly status?: unknown }): number {
  if (typeof status !== 'object' || status === null) return 0;
  if ('conditions' in status && 'phase' in status && Array.isArray(status.conditions)) {
    const conditions: readonly unknown[] = status.conditions;
    return conditions.some((one) => isMembers(one) && one.type === 'Ready' && one.status === 'True') ? 1 : 0;
  }
  if ('readyReplicas' in status && typeof status.readyReplicas === 'number') return status.readyReplicas;
  return 'numberReady' in status && typeof status.numberReady === 'number' ? status.numberReady : 0;
}
