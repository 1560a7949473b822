import type { Kernel } from '../../kernel/kernel.ts';
import { AwsServiceError } from '../service.ts';
import { TokenBucket } from '../token-bucket.ts';

/**
 * [capacity, refill per second] of each action, by account and region. EKS throttles (ThrottlingException in its API
 * reference; 150 nodes that called DescribeCluster at once met it: awslabs/amazon-eks-ami pull request 218) and names no
 * figures. These are ECS's for reading and for changing clusters ("Request throttling for the Amazon ECS API").
 * Unverified: eks.request-rate.
 */
const reads = [50, 20] as const;
const changes = [20, 1] as const;

/** EKS's limits on callers of its API in one region. */
export class ApiThrottle {
  readonly #kernel: Kernel;
  readonly #actions = new Map<string, TokenBucket>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Throws what EKS answers to a call too many. */
  take(operation: string): void {
    const [capacity, perSecond] = /^(Describe|List)/.test(operation) ? reads : changes;
    const bucket = this.#actions.get(operation) ?? new TokenBucket(this.#kernel, capacity, perSecond);
    this.#actions.set(operation, bucket);
    if (!bucket.take()) throw new AwsServiceError('ThrottlingException', 'Rate exceeded', 429);
  }
}
