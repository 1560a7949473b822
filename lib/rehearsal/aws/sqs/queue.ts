import type { Kernel } from '../../kernel/kernel.ts';
import type { KeyHandle } from '../kms/key-directory.ts';
import type { MessageAttributes, QueueProperties } from './queue-resources.ts';

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly sentMs: number;
  visibleFromMs: number;
  receives: number;
  receiptHandle: string | undefined;
}

/** Defaults of SQS. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const defaultRetentionSeconds = 345_600;
const defaultVisibilitySeconds = 30;
const defaultMaximumBytes = 262_144;

/** A standard queue: messages come in the order in which they were sent, though SQS promises no order. */
export class Queue {
  readonly arn: string;
  readonly url: string;
  readonly region: string;
  readonly key: KeyHandle | undefined;
  readonly maximumBytes: number;
  readonly properties: QueueProperties;
  readonly #kernel: Kernel;
  #messages: Message[] = [];

  constructor(
    kernel: Kernel,
    identity: { readonly arn: string; readonly url: string; readonly region: string },
    properties: QueueProperties,
    key: KeyHandle | undefined,
  ) {
    this.#kernel = kernel;
    this.arn = identity.arn;
    this.url = identity.url;
    this.region = identity.region;
    this.properties = properties;
    this.maximumBytes = properties.MaximumMessageSize ?? defaultMaximumBytes;
    this.key = key;
  }

  /** Messages that could be received now. */
  get visible(): number {
    return this.#kept().filter((message) => message.visibleFromMs <= this.#kernel.nowMs).length;
  }

  /** Messages that were received and neither deleted nor given back, or that are delayed. */
  get hidden(): number {
    return this.#kept().length - this.visible;
  }

  /** Bodies of all messages, received or not. */
  get bodies(): readonly string[] {
    return this.#kept().map((message) => message.body);
  }

  send(id: string, body: string, attributes: MessageAttributes, delaySeconds: number | undefined): void {
    const delayMs = (delaySeconds ?? this.properties.DelaySeconds ?? 0) * 1000;
    const sentMs = this.#kernel.nowMs;
    const rest = { receives: 0, receiptHandle: undefined };
    this.#messages.push({ id, body, attributes, sentMs, visibleFromMs: sentMs + delayMs, ...rest });
  }

  /** The messages received, each with a new receipt; those received too often are given back apart, for the dead-letter queue. */
  receive(limit: number, visibilitySeconds: number | undefined): { received: Message[]; dead: Message[] } {
    const hiddenMs = (visibilitySeconds ?? this.properties.VisibilityTimeout ?? defaultVisibilitySeconds) * 1000;
    const maxReceives = this.properties.RedrivePolicy?.maxReceiveCount ?? Number.POSITIVE_INFINITY;
    const received: Message[] = [];
    const dead: Message[] = [];
    for (const message of this.#kept()) {
      if (message.visibleFromMs > this.#kernel.nowMs || received.length >= limit) continue;
      if (message.receives >= maxReceives) {
        dead.push(message);
        continue;
      }
      message.receives++;
      message.visibleFromMs = this.#kernel.nowMs + hiddenMs;
      message.receiptHandle = `${message.id}#${message.receives}`;
      received.push(message);
    }
    this.#messages = this.#messages.filter((message) => !dead.includes(message));
    return { received, dead };
  }

  /** Deletes the message of a receipt; without effect if there is none. */
  delete(receiptHandle: string): void {
    this.#messages = this.#messages.filter((message) => message.receiptHandle !== receiptHandle);
  }

  #kept(): Message[] {
    const retentionMs = (this.properties.MessageRetentionPeriod ?? defaultRetentionSeconds) * 1000;
    this.#messages = this.#messages.filter((message) => this.#kernel.nowMs - message.sentMs < retentionMs);
    return this.#messages;
  }
}
