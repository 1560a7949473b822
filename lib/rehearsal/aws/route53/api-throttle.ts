import type { Kernel } from '../../kernel/kernel.ts';
import { AwsServiceError, type ServiceCall } from '../service.ts';
import { TokenBucket } from '../token-bucket.ts';

/**
 * [capacity, refill per second] of an account's requests and of each action: Route 53 developer guide, "Throttling for
 * Amazon Route 53 API requests" (of 2026-07-30). The second limit of that page, on changed records per second, is not
 * simulated: no plan's batch comes near it (unverified: route-53.change-rate).
 */
const usual = [50, 10] as const;
const byAction: Readonly<Record<string, readonly [number, number]>> = { GetHealthCheckStatus: [4, 1] };

/** How long a batch of a zone is being processed before the next one is taken. AWS names no figure. Unverified: route-53.batch-time. */
const usualBatchMs = 150;

/** Route 53's limits on callers of its API, of one account. */
export class ApiThrottle {
  readonly #kernel: Kernel;
  readonly #account: TokenBucket;
  readonly #actions = new Map<string, TokenBucket>();
  readonly #busyUntilMs = new Map<string, number>();
  readonly #batchMs: number;

  constructor(kernel: Kernel, batchMs: number = usualBatchMs) {
    this.#kernel = kernel;
    this.#batchMs = batchMs;
    this.#account = new TokenBucket(kernel, ...usual);
  }

  /** Throws what Route 53 answers to a call too many. */
  take({ operation, input }: ServiceCall): void {
    const action = this.#actions.get(operation) ?? new TokenBucket(this.#kernel, ...(byAction[operation] ?? usual));
    this.#actions.set(operation, action);
    if (!this.#account.take() || !action.take()) throw new AwsServiceError('Throttling', 'Rate exceeded', 400);
    if (operation === 'ChangeResourceRecordSets') this.#oneBatchAtATime(String(input.HostedZoneId));
  }

  /** API reference, ChangeResourceRecordSets: PriorRequestNotComplete, HTTP 400, for requests on the same hosted zone. */
  #oneBatchAtATime(zoneId: string): void {
    const { nowMs } = this.#kernel;
    if (nowMs < (this.#busyUntilMs.get(zoneId) ?? 0)) {
      const message = 'The request was rejected because Route 53 was still processing a prior request.';
      throw new AwsServiceError('PriorRequestNotComplete', message, 400);
    }
    this.#busyUntilMs.set(zoneId, nowMs + this.#batchMs);
  }
}
