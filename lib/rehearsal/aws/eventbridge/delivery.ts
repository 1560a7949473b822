import type { Kernel } from '../../kernel/kernel.ts';
import type { Access } from '../access.ts';
import { AwsServiceError, type Caller, type ServiceResult, type WorldParts } from '../service.ts';
import { queueUrl, type Target } from './target-call.ts';

export interface RetryPolicy {
  readonly maximumAttempts: number;
  readonly maximumAgeSeconds: number;
}

/** EventBridge and Scheduler retry for 24 hours and up to 185 times unless told otherwise. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html */
export const defaultRetryPolicy: RetryPolicy = { maximumAttempts: 185, maximumAgeSeconds: 86_400 };

/** What is delivered, and on whose behalf. */
export interface Consignment {
  readonly target: Target;
  /** JSON text that the target gets. */
  readonly body: string;
  /** What the dead-letter queue gets. */
  readonly deadLetterBody: string;
  readonly retryPolicy: RetryPolicy;
  readonly deadLetterQueueArn?: string;
  /** Role that the service assumes; absent: it calls by itself, by the target's resource policy. */
  readonly roleArn?: string;
  /** The rule or schedule. */
  readonly sourceArn: string;
  /** `RULE_ARN` of an event, nothing of a schedule: attributes of the dead letter beside the error's. */
  readonly deadLetterAttributes: Readonly<Record<string, string>>;
  readonly region: string;
}

export interface DeliveryOptions {
  readonly parts: WorldParts;
  readonly access: Access;
  /** `events.amazonaws.com` */
  readonly servicePrincipal: string;
}

/** A target that doesn't answer is tried again: neither service says after how long. Unverified: eventbridge.answer-timeout. */
const answerTimeoutMs = 30_000;
/**
 * First and longest pause between attempts; both services say only "exponential back-off with jitter".
 * Unverified: eventbridge.retry-pauses.
 */
const firstPauseMs = 1_000;
const longestPauseMs = 600_000;
/** How often a consignment of a dark region looks whether it may go on. */
const darknessCheckMs = 5_000;
/** Trying again can't help: no permission, or no such target. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
const finalErrors: ReadonlySet<string> = new Set([
  ...['AccessDenied', 'AccessDeniedException', 'AuthorizationError', 'AuthorizationErrorException', 'KMSAccessDenied'],
  ...['ResourceNotFoundException', 'NotFound', 'NotFoundException', 'QueueDoesNotExist', 'StateMachineDoesNotExist'],
  ...['AWS.SimpleQueueService.NonExistentQueue', 'ValidationException', 'InvalidParameterException'],
]);

/** Delivers asynchronously and at least once: retries with back-off, then the dead-letter queue or nothing. */
export class Delivery {
  readonly #kernel: Kernel;
  readonly #parts: WorldParts;
  readonly #access: Access;
  readonly #principal: string;
  #lost = 0;

  constructor(options: DeliveryOptions) {
    this.#parts = options.parts;
    this.#kernel = options.parts.kernel;
    this.#access = options.access;
    this.#principal = options.servicePrincipal;
  }

  /** How many consignments were given up without a dead-letter queue that took them. */
  get lost(): number {
    return this.#lost;
  }

  send(consignment: Consignment): void {
    this.#attempt(consignment, 0, this.#kernel.nowMs);
  }

  #attempt(consignment: Consignment, retries: number, sinceMs: number): void {
    // A dark region does nothing; what it had accepted goes on when it is back.
    if (!this.#parts.weather.regionUp(consignment.region)) {
      this.#kernel.after(darknessCheckMs, `${consignment.target.arn} waits for its region`, () =>
        this.#attempt(consignment, retries, sinceMs),
      );
      return;
    }
    const caller = this.#caller(consignment);
    if (caller === undefined) {
      const message = `${this.#principal} can't assume ${consignment.roleArn}`;
      this.#deadLetter(consignment, new AwsServiceError('NO_PERMISSIONS', message), retries, undefined);
      return;
    }
    let settled = false;
    const settle = (result: ServiceResult): void => {
      if (settled) return;
      settled = true;
      patience.cancel();
      if ('error' in result) this.#failed(consignment, result.error, retries, sinceMs);
    };
    const patience = this.#kernel.after(answerTimeoutMs, `${consignment.target.arn} doesn't answer`, () =>
      settle({ error: new AwsServiceError('SDK_CLIENT_ERROR', 'no answer', 503) }),
    );
    const uniqueName = this.#kernel.random('delivery').uuid();
    const { service, ...call } = consignment.target.call(consignment.body, uniqueName);
    this.#parts.bus.call(service, { caller, ...call }, settle);
  }

  #failed(consignment: Consignment, error: AwsServiceError, retries: number, sinceMs: number): void {
    const { maximumAttempts, maximumAgeSeconds } = consignment.retryPolicy;
    const pauseMs = Math.min(firstPauseMs * 2 ** retries, longestPauseMs);
    const nextMs = this.#kernel.nowMs + pauseMs * this.#kernel.random('delivery').between(0.5, 1);
    if (finalErrors.has(error.name)) this.#deadLetter(consignment, error, retries, undefined);
    else if (retries >= maximumAttempts) this.#deadLetter(consignment, error, retries, 'MaximumRetryAttempts');
    else if (nextMs - sinceMs > maximumAgeSeconds * 1000) {
      this.#deadLetter(consignment, error, retries, 'MaximumEventAgeInSeconds');
    } else {
      this.#kernel.at(nextMs, `${consignment.target.arn} is tried again`, () =>
        this.#attempt(consignment, retries + 1, sinceMs),
      );
    }
  }

  #deadLetter(consignment: Consignment, error: AwsServiceError, retries: number, exhausted: string | undefined): void {
    const { deadLetterQueueArn, region, target } = consignment;
    if (deadLetterQueueArn === undefined) {
      this.#lost++;
      return;
    }
    const caller = this.#deadLetterCaller(consignment);
    const attributes: Record<string, string> = {
      ...consignment.deadLetterAttributes,
      TARGET_ARN: target.arn,
      ERROR_CODE: error.name,
      ERROR_MESSAGE: error.message,
      RETRY_ATTEMPTS: String(retries),
      ...(exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: exhausted }),
    };
    const input = {
      QueueUrl: queueUrl(deadLetterQueueArn),
      MessageBody: consignment.deadLetterBody,
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
      ),
    };
    this.#parts.bus.call('sqs', { caller, region, operation: 'SendMessage', input }, (result) => {
      if ('error' in result) this.#lost++;
    });
  }

  /** Scheduler writes dead letters by its role, EventBridge by the queue's policy. */
  #deadLetterCaller(consignment: Consignment): Caller {
    const bySchedule = this.#principal === 'scheduler.amazonaws.com';
    return (bySchedule ? this.#caller(consignment) : undefined) ?? this.#serviceCaller(consignment);
  }

  #caller(consignment: Consignment): Caller | undefined {
    const { roleArn, sourceArn } = consignment;
    if (roleArn === undefined) return this.#serviceCaller(consignment);
    if (!this.#access.canAssume(roleArn, this.#principal, sourceArn)) return undefined;
    return { ...this.#serviceCaller(consignment), principal: roleArn };
  }

  #serviceCaller({ region, sourceArn }: Consignment): Caller {
    return {
      principal: `service:${this.#principal}`,
      name: `${this.#principal.split('.')[0]}:${sourceArn.slice(sourceArn.lastIndexOf('/') + 1)}@${region}`,
      accountId: this.#parts.accountId,
      region,
      sourceArn,
    };
  }
}
