import type { Kernel } from '../../kernel/kernel.ts';
import type { ServiceBus, Weather } from '../service.ts';
import { sendToDestination } from './destination.ts';
import {
  type AsyncConfiguration,
  defaultAsyncConfiguration,
  type FunctionConfiguration,
} from './function-configuration.ts';
import { errorPayload, type InvocationResult, throttled } from './invocation.ts';

interface QueuedEvent {
  readonly requestId: string;
  readonly eventJson: string;
  readonly acceptedMs: number;
  /** Runs that ended with an error of the function. */
  failures: number;
  /** Runs that were refused for want of concurrency. */
  throttles: number;
}

export interface AsyncQueueParts {
  readonly kernel: Kernel;
  readonly bus: ServiceBus;
  readonly weather: Weather;
}

type Run = (
  requestId: string,
  eventJson: string,
  ended: (result: InvocationResult) => void,
) => typeof throttled | undefined;

/** Lambda waits one minute before the second attempt and two before the third (guide, «Error handling», async). */
const retryMinutes = [1, 2];
/** Throttled events go back to the queue: back-off from 1 s to 5 minutes (same page). */
const throttleBackoffMs = { first: 1000, longest: 300_000 };

/** The asynchronous event queue of one function in one region. The events of a dark region wait until it is back. */
export class AsyncQueue {
  configuration: AsyncConfiguration = defaultAsyncConfiguration;
  readonly #parts: AsyncQueueParts;
  readonly #function: FunctionConfiguration;
  readonly #run: Run;
  /** Being run; if the region goes dark they are run again when it is back. */
  readonly #inFlight = new Set<QueuedEvent>();
  readonly #held: QueuedEvent[] = [];

  constructor(parts: AsyncQueueParts, configuration: FunctionConfiguration, run: Run) {
    this.#parts = parts;
    this.#function = configuration;
    this.#run = run;
  }

  accept(requestId: string, eventJson: string): void {
    this.#attempt({ requestId, eventJson, acceptedMs: this.#parts.kernel.nowMs, failures: 0, throttles: 0 });
  }

  regionIsBack(): void {
    const waiting = [...this.#held.splice(0), ...this.#inFlight];
    this.#inFlight.clear();
    for (const event of waiting) this.#attempt(event);
  }

  #attempt(event: QueuedEvent): void {
    const { kernel, weather } = this.#parts;
    if (!weather.regionUp(this.#function.region)) {
      this.#held.push(event);
      return;
    }
    if (kernel.nowMs - event.acceptedMs > this.configuration.maximumEventAgeSeconds * 1000) {
      this.#discard(event, 'EventAgeExceeded', undefined);
      return;
    }
    this.#inFlight.add(event);
    const refused = this.#run(event.requestId, event.eventJson, (result) => {
      this.#inFlight.delete(event);
      this.#ended(event, result);
    });
    if (refused !== throttled) return;
    this.#inFlight.delete(event);
    const waitMs = Math.min(throttleBackoffMs.first * 2 ** event.throttles++, throttleBackoffMs.longest);
    kernel.after(waitMs, `${this.#function.name} is tried again`, () => this.#attempt(event));
  }

  #ended(event: QueuedEvent, result: InvocationResult): void {
    if (!('error' in result)) {
      this.#send(this.configuration.onSuccessArn, event, 'Success', result);
      return;
    }
    const retry = event.failures++;
    if (retry >= this.configuration.maximumRetryAttempts) {
      this.#discard(event, 'RetriesExhausted', result);
      return;
    }
    const waitMs = (retryMinutes[retry] ?? 2) * 60_000;
    this.#parts.kernel.after(waitMs, `${this.#function.name} is retried`, () => this.#attempt(event));
  }

  #discard(event: QueuedEvent, condition: string, result: InvocationResult | undefined): void {
    this.#send(this.configuration.onFailureArn, event, condition, result);
    const { deadLetterArn } = this.#function;
    if (deadLetterArn !== undefined) this.#deliver(deadLetterArn, event.eventJson);
  }

  /** The invocation record of a destination (guide, «Capturing records of Lambda asynchronous invocations»). */
  #send(
    targetArn: string | undefined,
    event: QueuedEvent,
    condition: string,
    result: InvocationResult | undefined,
  ): void {
    if (targetArn === undefined) return;
    const payload = result === undefined ? undefined : 'error' in result ? errorPayload(result.error) : result.payload;
    const record = {
      version: '1.0',
      timestamp: new Date(this.#parts.kernel.nowMs).toISOString(),
      requestContext: {
        requestId: event.requestId,
        functionArn: `${this.#function.arn}:$LATEST`,
        condition,
        approximateInvokeCount: event.failures + (condition === 'Success' ? 1 : 0),
      },
      requestPayload: JSON.parse(event.eventJson) as unknown,
      ...(result === undefined || payload === undefined
        ? {}
        : {
            responseContext: {
              statusCode: 200,
              executedVersion: '$LATEST',
              ...('error' in result ? { functionError: 'Unhandled' } : {}),
            },
            responsePayload: JSON.parse(payload) as unknown,
          }),
    };
    this.#deliver(targetArn, JSON.stringify(record));
  }

  #deliver(targetArn: string, body: string): void {
    sendToDestination(this.#parts.bus, this.#function, targetArn, body);
  }
}
