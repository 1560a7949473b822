import type { Plan } from '../../plan/plan.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { HttpHost, HttpRequest, HttpResponse } from '../network/internet.ts';
import type { SimulatedDataStore } from './data-store.ts';
import type { GrayFailures } from './gray-failure.ts';
import type { ServingModel } from './serving-model.ts';

export interface LoadBalancerOptions {
  readonly kernel: Kernel;
  readonly plan: Plan;
  readonly region: string;
  readonly model: ServingModel;
  readonly gray: GrayFailures;
  readonly dataStores: ReadonlyMap<string, readonly SimulatedDataStore[]>;
  /** Told of every request that the region's ingress served to a client of an application. */
  readonly onServed: (application: string, region: string) => void;
}

/** What an application's handler takes from the load balancer to the answer. No target depends on it. Unverified: estate.application-answer. */
const applicationMs = 15;

/**
 * A region's load balancer in front of its ingress: routes by host name, answers 503 without ready endpoints (as an
 * Application Load Balancer and ingress-nginx do). A POST is a write, acknowledged when every store took it.
 */
export class LoadBalancer implements HttpHost {
  readonly region: string;
  readonly #options: LoadBalancerOptions;
  readonly #applications = new Map<string, string>();

  constructor(options: LoadBalancerOptions) {
    this.region = options.region;
    this.#options = options;
    for (const application of options.plan.applications) {
      for (const { name } of application.dns) this.#applications.set(name, application.name);
    }
  }

  handle(request: HttpRequest, respond: (response: HttpResponse) => void): void {
    const { kernel, gray } = this.#options;
    const tookMs = applicationMs + gray.extraLatencyMs(this.region);
    kernel.after(tookMs, 'load balancer', () => respond(this.#answer(request)));
  }

  #answer(request: HttpRequest): HttpResponse {
    const { kernel, model, gray, dataStores, onServed } = this.#options;
    const application = this.#applications.get(request.headers.host ?? '');
    // Whatever isn't an application's name is a probe of the ingress itself.
    const refusal =
      model.ingress(this.region) ?? (application === undefined ? undefined : model.request(application, this.region));
    if (refusal !== undefined) return { status: 503, headers: {}, body: refusal };
    if (application !== undefined) {
      if (gray.fails(this.region)) return { status: 502, headers: {}, body: 'degraded' };
      const stores = request.method === 'POST' ? (dataStores.get(application) ?? []) : [];
      const readOnly = stores.map((store) => store.refusal(this.region)).find((one) => one !== undefined);
      if (readOnly !== undefined) return { status: 503, headers: {}, body: readOnly };
      onServed(application, this.region);
      for (const store of stores) store.acknowledge(this.region, kernel.nowMs);
    }
    return { status: 200, headers: {}, body: 'ok' };
  }
}
