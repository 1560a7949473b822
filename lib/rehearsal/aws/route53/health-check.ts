import type { Kernel } from '../../kernel/kernel.ts';
import type { Internet } from '../../network/internet.ts';

export interface EndpointCheck {
  readonly kind: 'endpoint';
  readonly url: string;
  readonly intervalSeconds: 10 | 30;
  readonly failureThreshold: number;
  readonly inverted: boolean;
}

export interface CalculatedCheck {
  readonly kind: 'calculated';
  readonly children: readonly string[];
  /** Healthy when at least so many children are. */
  readonly threshold: number;
  readonly inverted: boolean;
}

/** Healthy while the routing control of ARC is on. */
export interface RoutingControlCheck {
  readonly kind: 'routing-control';
  readonly routingControlArn: string;
  readonly inverted: boolean;
}

export type HealthCheckConfiguration = EndpointCheck | CalculatedCheck | RoutingControlCheck;

/**
 * Places that checkers ask from. Route 53 has about 16 checkers in 8 regions; three of them stand for all here, because
 * every request really invokes the decision function and checkers of one region give the same answer. What it costs in
 * truth: the moment of change is that of the first (or last) of three phases within an interval instead of the third
 * (or fourteenth) of 16. They ask from networks of their own, which don't share a region's fate.
 */
export const checkerPlaces = ['checker-us-east-1', 'checker-eu-west-1', 'checker-ap-southeast-1'] as const;

/**
 * Time to connect (4 s) and then to answer (2 s), 2xx or 3xx, and the share of checkers that makes an endpoint healthy:
 * Route 53 developer guide, "How Amazon Route 53 determines whether a health check is healthy".
 */
const silenceMs = 6000;
/** To answer; the world's requests connect within a round trip, for which the longest way round the earth is allowed. */
const answerWithinMs = 2000 + 400;
const healthyShare = 0.18;

interface Checker {
  readonly place: string;
  healthy: boolean;
  /** Answers in a row that contradict `healthy`. */
  contradictions: number;
}

export interface EndpointHealthOptions {
  readonly kernel: Kernel;
  readonly internet: Internet;
  readonly id: string;
  readonly check: EndpointCheck;
  readonly onChange: (healthy: boolean) => void;
}

/** Asks one endpoint for ever. New checks count as healthy until there are enough answers (same page of the guide). */
export class EndpointHealth {
  readonly #options: EndpointHealthOptions;
  readonly #checkers: readonly Checker[];
  #healthy = true;

  constructor(options: EndpointHealthOptions) {
    this.#options = options;
    this.#checkers = checkerPlaces.map((place) => ({ place, healthy: true, contradictions: 0 }));
    const { kernel, id, check } = options;
    for (const checker of this.#checkers) {
      // Checkers don't coordinate with each other: each has its own phase within the interval.
      const phaseMs = kernel.random(`health-check/${id}/${checker.place}`).between(0, check.intervalSeconds * 1000);
      kernel.after(phaseMs, 'health check', () => this.#ask(checker));
    }
  }

  /** Before inversion. */
  get healthy(): boolean {
    return this.#healthy;
  }

  /** What each checker thinks, for GetHealthCheckStatus. */
  get observations(): readonly { readonly place: string; readonly healthy: boolean }[] {
    return this.#checkers.map(({ place, healthy }) => ({ place, healthy }));
  }

  #ask(checker: Checker): void {
    const { kernel, internet, id, check } = this.#options;
    kernel.after(check.intervalSeconds * 1000, 'health check', () => this.#ask(checker));
    let answered = false;
    const askedMs = kernel.nowMs;
    const giveUp = internet.request(
      {
        from: `route53-health-check:${id}@${checker.place}`,
        fromRegion: checker.place,
        method: 'GET',
        url: check.url,
        headers: {},
      },
      (result) => {
        answered = true;
        const inTime = kernel.nowMs - askedMs <= answerWithinMs;
        const status = 'response' in result ? result.response.status : 0;
        this.#heard(checker, inTime && status >= 200 && status < 400);
      },
    );
    kernel.after(silenceMs, 'health check time-out', () => {
      if (answered) return;
      giveUp();
      this.#heard(checker, false);
    });
  }

  #heard(checker: Checker, good: boolean): void {
    checker.contradictions = good === checker.healthy ? 0 : checker.contradictions + 1;
    if (checker.contradictions < this.#options.check.failureThreshold) return;
    checker.healthy = good;
    checker.contradictions = 0;
    const healthyCheckers = this.#checkers.filter((one) => one.healthy).length;
    const healthy = healthyCheckers / this.#checkers.length > healthyShare;
    if (healthy === this.#healthy) return;
    this.#healthy = healthy;
    this.#options.onChange(healthy);
  }
}
