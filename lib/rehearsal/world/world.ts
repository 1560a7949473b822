import { InputError } from '../../plan/input-error.ts';
import type { Iam } from '../aws/iam/iam.ts';
import {
  type AwsService,
  AwsServiceError,
  PendingAnswer,
  type ServiceBus,
  type ServiceCall,
  type ServiceResult,
} from '../aws/service.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { accessDenied } from './access-denied.ts';
import { defaultServiceMs, otherServiceMs, roundTripMs } from './latency.ts';
import type { TraceListener } from './trace.ts';
import { RegionWeather } from './weather.ts';

export interface WorldOptions {
  readonly kernel: Kernel;
  readonly iam: Iam;
  /** Median milliseconds per service, by SDK package suffix; in place of the defaults of latency.ts. */
  readonly serviceMs?: Readonly<Record<string, number>>;
}

/** Calls so far, as the result of a rehearsal has them. */
export interface CallCounts {
  readonly total: number;
  readonly denied: number;
  readonly byService: Readonly<Record<string, number>>;
}

/** Calls that never got an answer are traced with this error: the caller's own time-out acts. */
const noAnswer = 'NoAnswer';

/**
 * The simulated AWS: carries each call from the caller's region to the service's, if there is a path, asks IAM, lets the
 * service answer, counts and traces. A service or operation that the world doesn't have ends the rehearsal with an
 * InputError (thrown out of `Kernel.run`): silence would make the rehearsal's verdict worthless.
 */
export class World implements ServiceBus {
  readonly weather = new RegionWeather();
  readonly #kernel: Kernel;
  readonly #iam: Iam;
  readonly #serviceMs: Readonly<Record<string, number>>;
  readonly #services = new Map<string, AwsService>();
  readonly #listeners: TraceListener[] = [];
  readonly #byService = new Map<string, number>();
  #total = 0;
  #denied = 0;

  constructor(options: WorldOptions) {
    this.#kernel = options.kernel;
    this.#iam = options.iam;
    this.#serviceMs = { ...defaultServiceMs, ...options.serviceMs };
  }

  register(service: AwsService): void {
    if (this.#services.has(service.name)) throw new Error(`two services are called ${service.name}`);
    this.#services.set(service.name, service);
  }

  get services(): readonly AwsService[] {
    return [...this.#services.values()];
  }

  onCall(listener: TraceListener): void {
    this.#listeners.push(listener);
  }

  get counts(): CallCounts {
    const byService = [...this.#byService].sort(([a], [b]) => (a < b ? -1 : 1));
    return { total: this.#total, denied: this.#denied, byService: Object.fromEntries(byService) };
  }

  /** `respond` runs at a later virtual instant, or never if there is no path between the two regions. */
  call(serviceName: string, call: ServiceCall, respond: (result: ServiceResult) => void): void {
    if (!this.weather.regionUp(call.caller.region)) return;
    const service = this.#services.get(serviceName);
    if (service === undefined) throw notSimulated(serviceName, call);
    this.#total++;
    this.#byService.set(serviceName, (this.#byService.get(serviceName) ?? 0) + 1);
    if (!this.#connected(call)) {
      this.#lost(serviceName, call);
      return;
    }
    this.#kernel.after(this.#travelMs(call) / 2, `${call.operation} arrives`, () =>
      this.#arrive(service, call, respond),
    );
  }

  #arrive(service: AwsService, call: ServiceCall, respond: (result: ServiceResult) => void): void {
    if (!this.#connected(call)) {
      this.#lost(service.name, call);
      return;
    }
    const answer = this.#answer(service, call);
    const finish = (result: ServiceResult, serviceMs: number): void => {
      this.#trace(service.name, call, result);
      this.#kernel.after(serviceMs + this.#travelMs(call) / 2, `${call.operation} answered`, () => {
        if (this.#connected(call)) respond(result);
      });
    };
    if (answer instanceof PendingAnswer) answer.subscribe((result) => finish(result, 0));
    else finish(answer, this.#serviceTimeMs(service.name));
  }

  #answer(service: AwsService, call: ServiceCall): ServiceResult | PendingAnswer {
    try {
      if (!this.weather.serviceUp(call.region, service.name)) {
        throw new AwsServiceError('ServiceUnavailable', 'The service is unavailable. Please retry.', 503);
      }
      for (const demand of service.demands(call)) {
        const denial = this.#iam.denial(call.caller, demand, call.region);
        if (denial !== undefined) {
          this.#denied++;
          throw accessDenied(service.name, call.caller, demand, denial);
        }
      }
      const output = service.invoke(call);
      return output instanceof PendingAnswer ? output : { output };
    } catch (error) {
      if (!(error instanceof AwsServiceError)) throw error;
      if (error.name === 'UnknownOperationException') throw notSimulated(service.name, call);
      return { error };
    }
  }

  #connected(call: ServiceCall): boolean {
    return (
      this.weather.reachable(call.caller.region, call.region) && this.weather.reachable(call.region, call.caller.region)
    );
  }

  #lost(service: string, call: ServiceCall): void {
    const message = `no path between ${call.caller.region} and ${call.region}`;
    this.#trace(service, call, { error: new AwsServiceError(noAnswer, message, 0) });
  }

  #trace(service: string, call: ServiceCall, result: ServiceResult): void {
    const entry = {
      atMs: this.#kernel.nowMs,
      caller: call.caller.name,
      region: call.region,
      service,
      operation: call.operation,
      input: call.input,
      ...('error' in result
        ? { error: { name: result.error.name, message: result.error.message } }
        : { output: result.output }),
    };
    for (const listener of this.#listeners) listener(entry);
  }

  #travelMs(call: ServiceCall): number {
    return jittered(roundTripMs(call.caller.region, call.region), this.#kernel);
  }

  #serviceTimeMs(service: string): number {
    return jittered(this.#serviceMs[service] ?? otherServiceMs, this.#kernel);
  }
}

/** Ours, not AWS's: 0.8 to 1.6 times the median, so that no two calls take the same time. */
function jittered(ms: number, kernel: Kernel): number {
  return Math.round(ms * kernel.random('latency').between(0.8, 1.6) * 1000) / 1000;
}

function notSimulated(service: string, call: ServiceCall): InputError {
  return new InputError(
    `${call.caller.name} calls ${service} ${call.operation} in ${call.region}, which the rehearsal does not simulate`,
  );
}
