import type { Application, Plan } from '../../plan/plan.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { RequestLog } from '../measure/request-log.ts';
import type { SimulatedInternet } from '../network/simulated-internet.ts';
import type { ClientMetrics } from './client-metrics.ts';
import type { SimulatedDataStore } from './data-store.ts';
import type { GrayFailures } from './gray-failure.ts';
import type { ServingModel } from './serving-model.ts';

/** Two networks of clients with a resolver each, so that a move of traffic is as uneven as in life. */
export const clientNetworks = ['internet-1', 'internet-2'] as const;
const requestEveryMs = 1000;
/** Every third request is a write. */
const writeEvery = 3;
/** How long a client waits for its answer. Ours: people and gateways give up after a few seconds. */
export const clientTimeoutMs = 3000;

export interface ClientsOptions {
  readonly kernel: Kernel;
  readonly plan: Plan;
  readonly internet: SimulatedInternet;
  readonly model: ServingModel;
  readonly gray: GrayFailures;
  /** Told of every request from outside. */
  readonly metrics: ClientMetrics;
  readonly dataStores: ReadonlyMap<string, readonly SimulatedDataStore[]>;
  /** The region that the authority names; where applications are called that no public name leads to. */
  readonly activeRegion: () => string;
  readonly onServed: (application: string, region: string) => void;
}

/**
 * Everybody who uses the estate, once a second each: clients outside, dependants inside, and whoever uses the platform.
 * An application serves them when their requests succeed and its scheduled work runs in the region that answers.
 */
export class Clients {
  readonly #options: ClientsOptions;
  readonly #logs = new Map<string, RequestLog>();
  readonly #platform = new RequestLog();
  readonly #entrances: ReadonlyMap<string, string>;

  constructor(options: ClientsOptions) {
    this.#options = options;
    this.#entrances = entrances(options.plan);
    for (const application of options.plan.applications) this.#logs.set(application.name, new RequestLog());
  }

  logOf(application: string): RequestLog {
    const log = this.#logs.get(application);
    if (log === undefined) throw new RangeError(`the plan has no application ${application}`);
    return log;
  }

  get platformLog(): RequestLog {
    return this.#platform;
  }

  start(): void {
    const { kernel, plan } = this.#options;
    const random = kernel.random('clients');
    this.#options.metrics.start();
    for (const store of [...this.#options.dataStores.values()].flat()) {
      store.acknowledgeHistory(kernel.nowMs, requestEveryMs * writeEvery);
    }
    for (const application of plan.applications) {
      const every = (act: (turn: number) => void) => this.#repeat(random.between(0, requestEveryMs), act);
      if (application.dns.length === 0) every((turn) => this.#callInside(application, turn));
      for (const { name } of application.dns) every((turn) => this.#callFromOutside(application.name, name, turn));
    }
    this.#repeat(random.between(0, requestEveryMs), () => this.#usePlatform());
  }

  #repeat(phaseMs: number, act: (turn: number) => void): void {
    const { kernel } = this.#options;
    const next = (turn: number) => {
      kernel.after(requestEveryMs, 'client', () => next(turn + 1));
      act(turn);
    };
    kernel.after(phaseMs, 'client', () => next(0));
  }

  #callFromOutside(application: string, dnsName: string, turn: number): void {
    const { kernel, internet, model, metrics } = this.#options;
    const sentAtMs = kernel.nowMs;
    const network = clientNetworks[turn % clientNetworks.length] ?? clientNetworks[0];
    const log = this.logOf(application);
    let answered = false;
    const isWhole = () => {
      const region = internet.regionOf(dnsName, network);
      return region === undefined || model.scheduledWork(application, region) === undefined;
    };
    const giveUp = internet.request(
      {
        from: `client:${application}@${network}`,
        fromRegion: network,
        // Not a multiple of the number of networks, so each of them writes.
        method: turn % writeEvery === 0 ? 'POST' : 'GET',
        url: `https://${dnsName}/`,
        headers: { host: dnsName },
      },
      (result) => {
        answered = true;
        const isAnswer = 'response' in result && result.response.status < 500;
        metrics.note(isAnswer, kernel.nowMs - sentAtMs);
        log.add({ sentAtMs, succeeded: isAnswer && isWhole() });
      },
    );
    kernel.after(clientTimeoutMs, 'client time-out', () => {
      if (answered) return;
      giveUp();
      metrics.note(false, clientTimeoutMs);
      log.add({ sentAtMs, succeeded: false });
    });
  }

  /** An application without a public name is called where its dependants run: where their clients' traffic goes. */
  #callInside(application: Application, turn: number): void {
    const { kernel, internet, model, gray, dataStores, activeRegion, onServed } = this.#options;
    const entrance = this.#entrances.get(application.name);
    const region =
      entrance === undefined
        ? activeRegion()
        : (internet.regionOf(entrance, clientNetworks[turn % clientNetworks.length] ?? '') ?? activeRegion());
    const stores = turn % writeEvery === 0 ? (dataStores.get(application.name) ?? []) : [];
    // Who calls it does so for a client that came through the region's load balancer.
    const refused =
      model.ingress(region) !== undefined ||
      gray.fails(region) ||
      stores.some((store) => store.refusal(region) !== undefined);
    const succeeded = !refused && model.application(application.name, region) === undefined;
    this.logOf(application.name).add({ sentAtMs: kernel.nowMs, succeeded });
    if (refused || model.request(application.name, region) !== undefined) return;
    onServed(application.name, region);
    for (const store of stores) store.acknowledge(region, kernel.nowMs);
  }

  #usePlatform(): void {
    const { kernel, model, activeRegion } = this.#options;
    this.#platform.add({ sentAtMs: kernel.nowMs, succeeded: model.platform(activeRegion()) === undefined });
  }
}

/** For every application without a public name: a name of the nearest application that (indirectly) depends on it. */
function entrances(plan: Plan): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const application of plan.applications) {
    let circle: readonly Application[] = [application];
    const seen = new Set<string>();
    while (circle.length > 0) {
      const name = circle.flatMap((one) => one.dns)[0]?.name;
      if (name !== undefined) {
        found.set(application.name, name);
        break;
      }
      for (const one of circle) seen.add(one.name);
      const inner = circle;
      circle = plan.applications.filter(
        (one) =>
          !seen.has(one.name) && one.dependsOn.some((dependency) => inner.some(({ name }) => name === dependency)),
      );
    }
  }
  return found;
}
