import type { EksService } from '../aws/eks/eks-service.ts';
import { authenticateEksToken } from '../aws/sts/eks-token.ts';
import type { Sessions } from '../aws/sts/sessions.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { ApiResponse, ApiUser } from '../kubernetes/cluster.ts';
import type { HttpRequest, HttpResponse } from '../network/internet.ts';
import type { SelfTracingHost } from '../network/simulated-internet.ts';
import type { TraceEntry } from '../world/trace.ts';
import type { EstateCluster } from './clusters.ts';

export interface ApiServerHostOptions {
  readonly kernel: Kernel;
  readonly eks: EksService;
  readonly sessions: Sessions;
  readonly onCall: (entry: TraceEntry) => void;
}

/** Median of a request to the API server; etcd's write is in it. Kubernetes' SLO is 1 s at the 99th percentile. Unverified: estate.api-server-answer. */
const apiServerMs = 15;

/** The API endpoint of an EKS cluster: knows who asks by the token, lets the cluster answer, tells the trace. */
export class ApiServerHost implements SelfTracingHost {
  readonly region: string;
  readonly tracesItself = true;
  readonly #options: ApiServerHostOptions;
  readonly #cluster: EstateCluster;
  readonly #eksName: string;

  constructor(cluster: EstateCluster, eksName: string, options: ApiServerHostOptions) {
    this.region = cluster.region;
    this.#cluster = cluster;
    this.#eksName = eksName;
    this.#options = options;
  }

  handle(request: HttpRequest, respond: (response: HttpResponse) => void): void {
    const user = this.#authenticate(request);
    const answer = (response: ApiResponse) => {
      this.#tell(request, response);
      respond(response);
    };
    if (this.#cluster.cluster.stopped) return;
    if (user === undefined) answer(unauthorized);
    else if (isLongRunning(request.url)) this.#serve(request, user, answer);
    else {
      const { callers } = this.#cluster;
      const run = () =>
        this.#serve(request, user, (response) => {
          callers.leave();
          answer(response);
        });
      if (!callers.enter(user.name, run)) answer(tooManyRequests);
    }
  }

  /** Nothing comes back from a server that has stopped meanwhile. */
  #serve(request: HttpRequest, user: ApiUser, answer: (response: ApiResponse) => void): void {
    const { kernel } = this.#options;
    const delayMs = kernel.random(`api-server/${this.#eksName}`).between(0.6, 1.6) * apiServerMs;
    kernel.after(delayMs, 'api server', () => {
      if (!this.#cluster.cluster.stopped) answer(this.#answer(request, user));
    });
  }

  #authenticate(request: HttpRequest): ApiUser | undefined {
    const { kernel, eks, sessions } = this.#options;
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    const identity = authenticateEksToken({ token, clusterName: this.#eksName, sessions, nowMs: kernel.nowMs });
    return 'principal' in identity ? eks.authenticate(this.region, this.#eksName, identity.principal) : undefined;
  }

  #answer(request: HttpRequest, user: ApiUser): ApiResponse {
    const { pathname, search } = new URL(request.url);
    return this.#cluster.cluster.handle({
      method: request.method,
      path: `${pathname}${search}`,
      headers: request.headers,
      ...(request.body !== undefined && { body: request.body }),
      user,
    });
  }

  #tell(request: HttpRequest, response: ApiResponse): void {
    const { pathname, search } = new URL(request.url);
    const failed = response.status >= 400;
    this.#options.onCall({
      atMs: this.#options.kernel.nowMs,
      caller: request.from,
      region: this.region,
      service: 'kubernetes',
      operation: request.method,
      input: {
        cluster: this.#eksName,
        path: `${pathname}${search}`,
        ...(request.body !== undefined && { body: request.body }),
      },
      ...(failed
        ? { error: { name: reasonOf(response), message: response.body } }
        : { output: { status: response.status } }),
    });
  }
}

/** Not subject to priority and fairness: the proxy of a service (kubernetes/pkg/kubeapiserver, BasicLongRunningRequestCheck). */
function isLongRunning(url: string): boolean {
  return /\/services\/[^/]+\/proxy(\/|$)/.test(new URL(url).pathname);
}

/** kubernetes/staging/src/k8s.io/apiserver/pkg/server/filters, tooManyRequests: plain text, and to be tried again in a second. */
const tooManyRequests: ApiResponse = {
  status: 429,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '1' },
  body: 'Too many requests, please try again later.\n',
};

const unauthorized: ApiResponse = {
  status: 401,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'Unauthorized',
    reason: 'Unauthorized',
    code: 401,
  }),
};

/** `Forbidden`, `Conflict`: the reason of the Status object, or the number if it has none. */
function reasonOf(response: ApiResponse): string {
  try {
    const status: unknown = JSON.parse(response.body);
    if (typeof status === 'object' && status !== null && 'reason' in status) return String(status.reason);
  } catch {
    // A proxied answer is whatever the pod says.
  }
  return String(response.status);
}
