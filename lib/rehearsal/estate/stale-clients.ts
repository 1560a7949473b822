import type { Plan } from '../../plan/plan.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { RequestLog } from '../measure/request-log.ts';
import type { SimulatedInternet } from '../network/simulated-internet.ts';
import { clientTimeoutMs } from './clients.ts';

/**
 * How clients hold on to an answer longer than its time to live lets them.
 * - minimum-ttl: their resolver keeps every answer for five minutes at the least. dnsmasq (--min-cache-ttl), unbound
 *   (cache-min-ttl) and others can be told to; of 8,524 resolvers 8.74 % kept answers too long (Bhowmick et al., "TTL
 *   Violation of DNS Resolvers in the Wild", PAM 2023). Five minutes is our figure: unverified
 *   (estate.resolver-minimum-ttl).
 * - kept-address: the process resolves once and keeps the address until a request gets no answer, as a connection pool
 *   does, or a JVM with networkaddress.cache.ttl=-1 behind a client that resolves anew when it has to connect anew.
 */
export const staleKinds = ['minimum-ttl', 'kept-address'] as const;
export type StaleKind = (typeof staleKinds)[number];

const minimumTtlSeconds = 300;
/** Few are enough to see: none of them counts in a recovery time. */
const requestEveryMs = 5000;

export interface StaleClientsOptions {
  readonly kernel: Kernel;
  readonly plan: Plan;
  readonly internet: SimulatedInternet;
}

/**
 * Clients beside those that recovery times are measured by. What they see depends on them and not on the failover, so
 * it is told apart and counts nowhere else (docs/lower-bound.md).
 */
export class StaleClients {
  readonly #options: StaleClientsOptions;
  readonly #logs: ReadonlyMap<StaleKind, RequestLog> = new Map(staleKinds.map((kind) => [kind, new RequestLog()]));
  /** By public name: what a client that keeps its address talks to. */
  readonly #kept = new Map<string, string>();

  constructor(options: StaleClientsOptions) {
    this.#options = options;
    options.internet.setMinimumTtl(networkOf('minimum-ttl'), minimumTtlSeconds);
  }

  logOf(kind: StaleKind): RequestLog {
    const log = this.#logs.get(kind);
    if (log === undefined) throw new RangeError(`there are no clients of kind ${kind}`);
    return log;
  }

  start(): void {
    const { kernel, plan } = this.#options;
    const random = kernel.random('stale-clients');
    for (const name of new Set(plan.applications.flatMap(({ dns }) => dns.map((one) => one.name)))) {
      for (const kind of staleKinds) this.#repeat(random.between(0, requestEveryMs), () => this.#call(kind, name));
    }
  }

  #repeat(phaseMs: number, act: () => void): void {
    const { kernel } = this.#options;
    const next = () => {
      kernel.after(requestEveryMs, 'stale client', next);
      act();
    };
    kernel.after(phaseMs, 'stale client', next);
  }

  #call(kind: StaleKind, name: string): void {
    const { kernel, internet } = this.#options;
    const sentAtMs = kernel.nowMs;
    const network = networkOf(kind);
    const address = kind === 'kept-address' ? this.#addressOf(name, network) : undefined;
    let answered = false;
    const end = (succeeded: boolean, isConnected: boolean) => {
      if (!isConnected) this.#kept.delete(name);
      this.logOf(kind).add({ sentAtMs, succeeded });
    };
    const giveUp = internet.request(
      {
        from: `client:${name}@${network}`,
        fromRegion: network,
        method: 'GET',
        url: `https://${name}/`,
        headers: { host: name },
        ...(address !== undefined && { address }),
      },
      (result) => {
        answered = true;
        end('response' in result && result.response.status < 500, 'response' in result);
      },
    );
    kernel.after(clientTimeoutMs, 'client time-out', () => {
      if (answered) return;
      giveUp();
      end(false, false);
    });
  }

  #addressOf(name: string, network: string): string | undefined {
    const address = this.#kept.get(name) ?? this.#options.internet.addressFor(name, network);
    if (address !== undefined) this.#kept.set(name, address);
    return address;
  }
}

function networkOf(kind: StaleKind): string {
  return `internet-${kind}`;
}
