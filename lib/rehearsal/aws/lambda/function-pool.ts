import type { Kernel, Timer } from '../../kernel/kernel.ts';
import { ExecutionInstance, type InstanceParts } from './execution-instance.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import { type InvocationResult, throttled } from './invocation.ts';

/** Lambda promises no figure; observers see idle environments go after 5 to 15 minutes. Unverified: lambda.idle-end. */
const idleMinutes = { from: 5, to: 10 };

interface Idle {
  readonly instance: ExecutionInstance;
  readonly reaped: Timer;
}

/** The execution environments of one function. */
export class FunctionPool {
  readonly configuration: FunctionConfiguration;
  readonly #kernel: Kernel;
  readonly #parts: InstanceParts;
  readonly #busy = new Set<ExecutionInstance>();
  #idle: Idle[] = [];
  #started = 0;
  #requests = 0;

  constructor(configuration: FunctionConfiguration, parts: InstanceParts) {
    this.configuration = configuration;
    this.#parts = parts;
    this.#kernel = parts.kernel;
  }

  get running(): number {
    return this.#busy.size;
  }

  newRequestId(): string {
    const { region, name } = this.configuration;
    return this.#kernel.random(`lambda/requests/${region}/${name}/${this.#requests++}`).uuid();
  }

  /** `hasRoom`: concurrency that the account has left for functions without a reservation. */
  run(
    requestId: string,
    eventJson: string,
    hasRoom: boolean,
    ended: (result: InvocationResult) => void,
  ): typeof throttled | undefined {
    const { reservedConcurrency } = this.configuration;
    if (reservedConcurrency === undefined ? !hasRoom : this.#busy.size >= reservedConcurrency) return throttled;
    const instance = this.#take();
    this.#busy.add(instance);
    instance.run(requestId, eventJson, (result) => {
      this.#busy.delete(instance);
      if (!instance.destroyed) this.#rest(instance);
      ended(result);
    });
    return undefined;
  }

  /** The region is gone, and with it whatever ran there. */
  destroyAll(): void {
    for (const { instance, reaped } of this.#idle) {
      reaped.cancel();
      instance.destroy();
    }
    for (const instance of this.#busy) instance.destroy();
    this.#idle = [];
    this.#busy.clear();
  }

  #take(): ExecutionInstance {
    const idle = this.#idle.pop();
    idle?.reaped.cancel();
    return idle?.instance ?? new ExecutionInstance(this.#parts, this.configuration, ++this.#started);
  }

  #rest(instance: ExecutionInstance): void {
    const random = this.#kernel.random(`lambda/${this.configuration.region}/${this.configuration.name}`);
    const afterMs = Math.round(random.between(idleMinutes.from, idleMinutes.to) * 60_000);
    const reaped = this.#kernel.after(afterMs, `${instance.name} is reaped`, () => {
      this.#idle = this.#idle.filter((idle) => idle.instance !== instance);
      instance.destroy();
    });
    this.#idle.push({ instance, reaped });
  }
}
