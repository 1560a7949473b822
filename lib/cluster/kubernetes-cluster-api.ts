import {
  AppsV1Api,
  AutoscalingV2Api,
  CoreV1Api,
  createConfiguration,
  ServerConfiguration,
  type V1Deployment,
  type V1Pod,
  type V1StatefulSet,
  wrapHttpLibrary,
} from '@kubernetes/client-node/dist/gen/index.js';
// The generated API alone: the package's index adds kubeconfig, exec, cloud logins and proxies, 250 kB that no function uses.
import { setHeaderOptions } from '@kubernetes/client-node/dist/middleware.js';
import { PatchStrategy } from '@kubernetes/client-node/dist/patch.js';
import { ApiServerError, apiServerError } from './api-server-error.ts';
import {
  type Autoscaler,
  type ClusterApi,
  type CronJobState,
  type ObjectName,
  type PodState,
  type RawObject,
  type ResourcePath,
  type Workload,
  type WorkloadKind,
  type WorkloadName,
  workloadKinds,
} from './cluster-api.ts';
import { type HttpsExchange, httpsExchange } from './https-exchange.ts';
import { httpsLibrary } from './https-library.ts';
import { earliestReadySeconds } from './pod-template.ts';

/** Objects a list asks for at once: the API server's default for kubectl, and a page that fits any Lambda. */
const pageSize = 500;
const fieldManager = 'lifeboat';
const cronJobs: ResourcePath = { group: 'batch', version: 'v1', resource: 'cronjobs' };

/**
 * How often a write is sent that meets a change of the same object, or a quota that is being counted: the server has
 * tried five times itself by then, so this is for the busiest of objects.
 */
const conflictAttempts = 4;

export interface ClusterAccess {
  /** `https://…`, without a slash at the end. */
  readonly endpoint: string;
  /** PEM. */
  readonly certificateAuthority: string;
  readonly bearerToken: () => Promise<string>;
  /** Of one request. */
  readonly timeoutMs: number;
}

/** ClusterApi on the official Kubernetes client. What the API server refuses is an ApiServerError. */
export class KubernetesClusterApi implements ClusterApi {
  readonly #access: ClusterAccess;
  readonly #exchange: HttpsExchange;
  readonly #apps: AppsV1Api;
  readonly #autoscaling: AutoscalingV2Api;
  readonly #core: CoreV1Api;

  constructor(access: ClusterAccess) {
    this.#access = access;
    this.#exchange = httpsExchange({ ca: access.certificateAuthority, timeoutMs: access.timeoutMs });
    const configuration = createConfiguration({
      baseServer: new ServerConfiguration(access.endpoint, {}),
      httpApi: wrapHttpLibrary(httpsLibrary(this.#exchange)),
      authMethods: {
        default: {
          getName: () => 'BearerToken',
          applySecurityAuthentication: async (context) => {
            context.setHeaderParam('Authorization', `Bearer ${await access.bearerToken()}`);
          },
        },
      },
    });
    this.#apps = new AppsV1Api(configuration);
    this.#autoscaling = new AutoscalingV2Api(configuration);
    this.#core = new CoreV1Api(configuration);
  }

  async listWorkloads(namespace: string, kinds: readonly WorkloadKind[] = workloadKinds): Promise<readonly Workload[]> {
    const perKind = await Promise.all(
      kinds.map(async (kind) => {
        const objects = await everyPage<V1Deployment | V1StatefulSet>((_continue) => {
          const page = { namespace, limit: pageSize, _continue };
          return kind === 'Deployment'
            ? this.#apps.listNamespacedDeployment(page)
            : this.#apps.listNamespacedStatefulSet(page);
        });
        return objects.map((object) => workloadOf(kind, object));
      }),
    );
    return perKind.flat();
  }

  async listPods(namespace: string): Promise<readonly PodState[]> {
    const pods = await everyPage((_continue) =>
      this.#core.listNamespacedPod({ namespace, limit: pageSize, _continue }),
    );
    return pods.map(podStateOf);
  }

  async listAutoscalers(namespace: string): Promise<readonly Autoscaler[]> {
    const autoscalers = await everyPage((_continue) =>
      this.#autoscaling.listNamespacedHorizontalPodAutoscaler({ namespace, limit: pageSize, _continue }),
    );
    return autoscalers.map((autoscaler) => ({
      namespace,
      name: autoscaler.metadata?.name ?? '',
      labels: autoscaler.metadata?.labels ?? {},
      target: targetOf(namespace, autoscaler.spec?.scaleTargetRef),
      minReplicas: autoscaler.spec?.minReplicas ?? 1,
      maxReplicas: autoscaler.spec?.maxReplicas ?? 1,
      currentReplicas: autoscaler.status?.currentReplicas ?? 0,
    }));
  }

  async scale(workload: WorkloadName, replicas: number): Promise<void> {
    const { namespace, name } = workload;
    const request = { namespace, name, fieldManager, body: { spec: { replicas } } };
    const options = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
    await despiteConflicts(async () => {
      if (workload.kind === 'Deployment') await this.#apps.patchNamespacedDeploymentScale(request, options);
      else await this.#apps.patchNamespacedStatefulSetScale(request, options);
    });
  }

  async setAutoscalerMinimum(autoscaler: ObjectName, minReplicas: number): Promise<void> {
    const { namespace, name } = autoscaler;
    const request = { namespace, name, fieldManager, body: { spec: { minReplicas } } };
    const options = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
    await despiteConflicts(() => this.#autoscaling.patchNamespacedHorizontalPodAutoscaler(request, options));
  }

  async listCronJobs(namespace: string): Promise<readonly CronJobState[]> {
    // Raw, because the generated batch API would bring every model of a Job into the bundle for one boolean.
    return (await this.listRaw(cronJobs, namespace)).map(({ metadata, spec }) => ({
      namespace,
      name: metadata.name,
      labels: metadata.labels ?? {},
      suspended: (spec as { suspend?: boolean } | undefined)?.suspend === true,
    }));
  }

  async resumeCronJob({ namespace, name }: ObjectName): Promise<void> {
    const path = `${pathOf(cronJobs, namespace)}/${name}?fieldManager=${fieldManager}`;
    const body = JSON.stringify({ spec: { suspend: false } });
    await despiteConflicts(() => this.#text('PATCH', path, { body, contentType: PatchStrategy.MergePatch }));
  }

  async listRaw(resource: ResourcePath, namespace: string): Promise<readonly RawObject[]> {
    const found: RawObject[] = [];
    let next: string | undefined;
    do {
      const query = new URLSearchParams({ limit: String(pageSize), ...(next === undefined ? {} : { continue: next }) });
      const text = await this.#text('GET', `${pathOf(resource, namespace)}?${query}`);
      const list = JSON.parse(text) as { kind: string; metadata: { continue?: string }; items: RawObject[] };
      // Items of a list of core kinds carry no apiVersion and kind.
      const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
      const kind = list.kind.replace(/List$/, '');
      found.push(...list.items.map((item) => ({ ...item, apiVersion, kind })));
      next = list.metadata.continue || undefined;
    } while (next !== undefined);
    return found;
  }

  async create(resource: ResourcePath, object: RawObject): Promise<'created' | 'exists'> {
    const path = `${pathOf(resource, object.metadata.namespace)}?fieldManager=${fieldManager}`;
    try {
      await despiteConflicts(() => this.#text('POST', path, { body: JSON.stringify(object) }));
      return 'created';
    } catch (error) {
      if (error instanceof ApiServerError && error.reason === 'AlreadyExists') return 'exists';
      throw error;
    }
  }

  async deleteCollection(resource: ResourcePath, namespace: string, labelSelector: string): Promise<void> {
    const query = new URLSearchParams({ labelSelector, propagationPolicy: 'Background' });
    await this.#text('DELETE', `${pathOf(resource, namespace)}?${query}`);
  }

  async namespaceExists(name: string): Promise<boolean> {
    try {
      await this.#text('GET', `/api/v1/namespaces/${name}`);
      return true;
    } catch (error) {
      if (error instanceof ApiServerError && error.code === 404) return false;
      throw error;
    }
  }

  createNamespace(name: string): Promise<'created' | 'exists'> {
    const namespaces = { group: '', version: 'v1', resource: 'namespaces' };
    return this.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }

  async secretNames(namespace: string): Promise<readonly string[]> {
    // Only metadata is asked for: no Secret's data leaves the API server.
    const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
    const text = await this.#text('GET', `/api/v1/namespaces/${namespace}/secrets`, { accept });
    return (JSON.parse(text) as { items: RawObject[] }).items.map((item) => item.metadata.name);
  }

  async serviceStatus(service: ObjectName, port: number, path: string): Promise<number> {
    const proxied = `/api/v1/namespaces/${service.namespace}/services/${service.name}:${port}/proxy${path}`;
    try {
      // What a service says is the service's business, a wish to be asked later too.
      return (await this.#send('GET', proxied, { accept: '*/*', once: true })).status;
    } catch (error) {
      // A service that hangs is the service's answer; that it hangs must not end what asks for it.
      if (error instanceof Error && 'code' in error && error.code === 'ETIMEDOUT') return 504;
      throw error;
    }
  }

  async ready(): Promise<boolean> {
    return (await this.#send('GET', '/readyz', { accept: '*/*' })).status === 200;
  }

  /** The body of an answer that is a success; ApiServerError for any other. */
  async #text(method: string, path: string, parts: RequestParts = {}): Promise<string> {
    const { status, content } = await this.#send(method, path, parts);
    const text = content.toString('utf8');
    if (status >= 300) throw apiServerError({ method, url: `${this.#access.endpoint}${path}` }, { status, text });
    return text;
  }

  /**
   * A request that no generated method makes as it is needed. Not through the client's request context, which takes a
   * slash from the end of a path: the API server's proxy answers `…/proxy` with a redirect to `…/proxy/`.
   */
  async #send(method: string, path: string, parts: RequestParts) {
    const { accept = 'application/json', contentType = 'application/json', body, once } = parts;
    const headers = {
      Accept: accept,
      Authorization: `Bearer ${await this.#access.bearerToken()}`,
      ...(body === undefined ? {} : { 'Content-Type': contentType }),
    };
    return this.#exchange({ method, url: `${this.#access.endpoint}${path}`, headers, body, once });
  }
}

interface RequestParts {
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: string;
  readonly once?: boolean;
}

async function despiteConflicts<T>(write: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      const conflict = error instanceof ApiServerError && error.reason === 'Conflict';
      if (!conflict || attempt === conflictAttempts) throw error;
    }
  }
}

function pathOf(resource: ResourcePath, namespace: string | undefined): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  return namespace === undefined
    ? `${root}/${resource.resource}`
    : `${root}/namespaces/${namespace}/${resource.resource}`;
}

interface Page<T> {
  readonly items: T[];
  readonly metadata?: { readonly _continue?: string };
}

async function everyPage<T>(list: (next: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const found: T[] = [];
  let next: string | undefined;
  do {
    const page = await list(next);
    found.push(...page.items);
    next = page.metadata?._continue || undefined;
  } while (next !== undefined);
  return found;
}

function workloadOf(kind: WorkloadKind, object: V1Deployment | V1StatefulSet): Workload {
  return {
    kind,
    namespace: object.metadata?.namespace ?? '',
    name: object.metadata?.name ?? '',
    labels: object.metadata?.labels ?? {},
    matchLabels: object.spec?.selector.matchLabels ?? {},
    replicas: object.spec?.replicas ?? 1,
    readyReplicas: object.status?.readyReplicas ?? 0,
    earliestReadySeconds: earliestReadySeconds(object.spec?.template.spec?.containers ?? []),
    startsInTurn: kind === 'StatefulSet' && managementOf(object) === 'OrderedReady',
    statusIsCurrent: (object.status?.observedGeneration ?? 0) >= (object.metadata?.generation ?? 0),
  };
}

/** The API server fills the default of a StatefulSet in; a Deployment has none. */
function managementOf({ spec }: V1Deployment | V1StatefulSet): string | undefined {
  return spec !== undefined && 'podManagementPolicy' in spec ? spec.podManagementPolicy : undefined;
}

function podStateOf(pod: V1Pod): PodState {
  const conditions = pod.status?.conditions ?? [];
  const unschedulable = conditions.find(
    ({ type, status, reason }) => type === 'PodScheduled' && status === 'False' && reason === 'Unschedulable',
  );
  const containers = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const unschedulableSince = unschedulable?.lastTransitionTime ?? pod.metadata?.creationTimestamp;
  return {
    namespace: pod.metadata?.namespace ?? '',
    name: pod.metadata?.name ?? '',
    labels: pod.metadata?.labels ?? {},
    ready: conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
    ...(unschedulable !== undefined && unschedulableSince !== undefined
      ? { unschedulableSinceMs: unschedulableSince.getTime(), unschedulableMessage: unschedulable.message ?? '' }
      : {}),
    waitingReasons: containers.flatMap(({ state }) =>
      state?.waiting?.reason === undefined ? [] : [state.waiting.reason],
    ),
  };
}

function targetOf(namespace: string, reference: { kind: string; name: string } | undefined): WorkloadName | undefined {
  if (reference?.kind !== 'Deployment' && reference?.kind !== 'StatefulSet') return undefined;
  return { kind: reference.kind, namespace, name: reference.name };
}
