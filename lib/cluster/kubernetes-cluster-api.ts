import {
  ApiException,
  AppsV1Api,
  AutoscalingV2Api,
  type Configuration,
  CoreV1Api,
  createConfiguration,
  HttpMethod,
  type SecurityAuthentication,
  ServerConfiguration,
  type V1Deployment,
  type V1Pod,
  type V1StatefulSet,
  wrapHttpLibrary,
} from '@kubernetes/client-node/dist/gen/index.js';
// The generated API alone: the package's index adds kubeconfig, exec, cloud logins and proxies, 250 kB that no function uses.
import { setHeaderOptions } from '@kubernetes/client-node/dist/middleware.js';
import { PatchStrategy } from '@kubernetes/client-node/dist/patch.js';
import type {
  Autoscaler,
  ClusterApi,
  ObjectName,
  PodState,
  RawObject,
  ResourcePath,
  Workload,
  WorkloadKind,
  WorkloadName,
} from './cluster-api.ts';
import { httpsLibrary } from './https-library.ts';

/** Objects a list asks for at once: the API server's default for kubectl, and a page that fits any Lambda. */
const pageSize = 500;
const fieldManager = 'lifeboat';

export interface ClusterAccess {
  /** `https://…`, without a slash at the end. */
  readonly endpoint: string;
  /** PEM. */
  readonly certificateAuthority: string;
  readonly bearerToken: () => Promise<string>;
  readonly timeoutMs: number;
}

/** ClusterApi on the official Kubernetes client. */
export class KubernetesClusterApi implements ClusterApi {
  readonly #configuration: Configuration;
  readonly #authentication: SecurityAuthentication;
  readonly #apps: AppsV1Api;
  readonly #autoscaling: AutoscalingV2Api;
  readonly #core: CoreV1Api;

  constructor(access: ClusterAccess) {
    this.#authentication = {
      getName: () => 'BearerToken',
      applySecurityAuthentication: async (context) => {
        context.setHeaderParam('Authorization', `Bearer ${await access.bearerToken()}`);
      },
    };
    this.#configuration = createConfiguration({
      baseServer: new ServerConfiguration(access.endpoint, {}),
      httpApi: wrapHttpLibrary(httpsLibrary({ ca: access.certificateAuthority, timeoutMs: access.timeoutMs })),
      authMethods: { default: this.#authentication },
    });
    this.#apps = new AppsV1Api(this.#configuration);
    this.#autoscaling = new AutoscalingV2Api(this.#configuration);
    this.#core = new CoreV1Api(this.#configuration);
  }

  async listWorkloads(namespace: string): Promise<readonly Workload[]> {
    const [deployments, statefulSets] = await Promise.all([
      everyPage((_continue) => this.#apps.listNamespacedDeployment({ namespace, limit: pageSize, _continue })),
      everyPage((_continue) => this.#apps.listNamespacedStatefulSet({ namespace, limit: pageSize, _continue })),
    ]);
    return [
      ...deployments.map((deployment) => workloadOf('Deployment', deployment)),
      ...statefulSets.map((statefulSet) => workloadOf('StatefulSet', statefulSet)),
    ];
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
    if (workload.kind === 'Deployment') await this.#apps.patchNamespacedDeploymentScale(request, options);
    else await this.#apps.patchNamespacedStatefulSetScale(request, options);
  }

  async setAutoscalerMinimum(autoscaler: ObjectName, minReplicas: number): Promise<void> {
    const { namespace, name } = autoscaler;
    await this.#autoscaling.patchNamespacedHorizontalPodAutoscaler(
      { namespace, name, fieldManager, body: { spec: { minReplicas } } },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    );
  }

  async listRaw(resource: ResourcePath, namespace: string): Promise<readonly RawObject[]> {
    const found: RawObject[] = [];
    let next: string | undefined;
    do {
      const query = new URLSearchParams({ limit: String(pageSize), ...(next === undefined ? {} : { continue: next }) });
      const answer = await this.#send(HttpMethod.GET, `${pathOf(resource, namespace)}?${query}`);
      if (answer.status !== 200) throw apiException(answer);
      const list = JSON.parse(answer.text) as { kind: string; metadata: { continue?: string }; items: RawObject[] };
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
    const answer = await this.#send(HttpMethod.POST, path, JSON.stringify(object));
    if (answer.status === 409 && statusReason(answer.text) === 'AlreadyExists') return 'exists';
    if (answer.status >= 300) throw apiException(answer);
    return 'created';
  }

  async namespaceExists(name: string): Promise<boolean> {
    const answer = await this.#send(HttpMethod.GET, `/api/v1/namespaces/${name}`);
    if (answer.status !== 200 && answer.status !== 404) throw apiException(answer);
    return answer.status === 200;
  }

  createNamespace(name: string): Promise<'created' | 'exists'> {
    const namespaces = { group: '', version: 'v1', resource: 'namespaces' };
    return this.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }

  async secretNames(namespace: string): Promise<readonly string[]> {
    // Only metadata is asked for: no Secret's data leaves the API server.
    const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
    const answer = await this.#send(HttpMethod.GET, `/api/v1/namespaces/${namespace}/secrets`, undefined, accept);
    if (answer.status !== 200) throw apiException(answer);
    return (JSON.parse(answer.text) as { items: RawObject[] }).items.map((item) => item.metadata.name);
  }

  async serviceStatus(service: ObjectName, port: number, path: string): Promise<number> {
    const proxied = `/api/v1/namespaces/${service.namespace}/services/${service.name}:${port}/proxy${path}`;
    const answer = await this.#send(HttpMethod.GET, proxied, undefined, '*/*');
    return answer.status;
  }

  async ready(): Promise<boolean> {
    const answer = await this.#send(HttpMethod.GET, '/readyz', undefined, '*/*');
    return answer.status === 200;
  }

  /** A request that no generated method makes as it is needed, through the client's own server, authentication and HTTP library. */
  async #send(
    method: HttpMethod,
    path: string,
    body?: string,
    accept = 'application/json',
  ): Promise<{ status: number; text: string; headers: Record<string, string> }> {
    const context = this.#configuration.baseServer.makeRequestContext(path, method);
    context.setHeaderParam('Accept', accept);
    if (body !== undefined) {
      context.setHeaderParam('Content-Type', 'application/json');
      context.setBody(body);
    }
    await this.#authentication.applySecurityAuthentication(context);
    const response = await this.#configuration.httpApi.send(context).toPromise();
    return { status: response.httpStatusCode, text: await response.body.text(), headers: response.headers };
  }
}

function pathOf(resource: ResourcePath, namespace: string | undefined): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  return namespace === undefined
    ? `${root}/${resource.resource}`
    : `${root}/namespaces/${namespace}/${resource.resource}`;
}

function apiException(answer: { status: number; text: string; headers: Record<string, string> }): ApiException<string> {
  return new ApiException(answer.status, 'the API server refused', answer.text, answer.headers);
}

function statusReason(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { reason?: string }).reason;
  } catch {
    return undefined;
  }
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
    statusIsCurrent: (object.status?.observedGeneration ?? 0) >= (object.metadata?.generation ?? 0),
  };
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
