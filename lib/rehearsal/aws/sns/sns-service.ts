import { z } from 'zod';
import { InputError } from '../../../plan/input-error.ts';
import type { Access } from '../access.ts';
import { defineResource } from '../define-resource.ts';
import { Delivery } from '../eventbridge/delivery.ts';
import { targetOf } from '../eventbridge/target-call.ts';
import { keyDemands } from '../kms/key-demands.ts';
import type { KeyDirectory, KeyHandle } from '../kms/key-directory.ts';
import { parseInput, unknownOperation } from '../operation-input.ts';
import {
  type AwsService,
  AwsServiceError,
  type IamDemand,
  type ProvisionContext,
  type Provisioned,
  type ResourceProvider,
  type ServiceCall,
  type WorldParts,
} from '../service.ts';
import {
  type SubscriptionProperties,
  subscriptionProperties,
  type TopicProperties,
  topicPolicyProperties,
  topicProperties,
} from './topic-resources.ts';

/** A message that reached a person. */
export interface Page {
  readonly at: string;
  readonly region: string;
  readonly topicArn: string;
  readonly subject: string | undefined;
  /** As e-mail has it. */
  readonly message: string;
  /** What a program gets of the same message. */
  readonly forPrograms: string;
  /** The attribute `severity` of the message, if it has one. */
  readonly severity: string | undefined;
  /** E-mail address. */
  readonly endpoint: string;
}

/** What each protocol gets, and `default` for those that aren't named. */
type MessageForms = Readonly<Record<string, string>> & { readonly default: string };

interface Accepted extends z.output<typeof publishInput> {
  readonly forms: MessageForms;
  readonly messageId: string;
}

interface Topic {
  readonly arn: string;
  readonly region: string;
  readonly key: KeyHandle | undefined;
  readonly subscriptions: SubscriptionProperties[];
}

const publishInput = z.strictObject({
  TopicArn: z.string().optional(),
  TargetArn: z.string().optional(),
  Message: z.string(),
  MessageStructure: z.literal('json').optional(),
  Subject: z.string().optional(),
  MessageAttributes: z
    .record(z.string(), z.strictObject({ DataType: z.string(), StringValue: z.string().optional() }))
    .optional(),
});

/** @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const messageLimitBytes = 256 * 1024;
const subjectLimit = 100;
/** Functions and queues: 100,015 attempts over 23 days. @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html */
const retryPolicy = { maximumAttempts: 100_015, maximumAgeSeconds: 23 * 86_400 };

/** SNS standard topics. E-mail subscriptions count as confirmed; what they get is kept as pages. */
export class SnsService implements AwsService {
  readonly name = 'sns';
  readonly resources: readonly ResourceProvider[];
  readonly #parts: WorldParts;
  readonly #access: Access;
  readonly #keys: KeyDirectory;
  readonly #delivery: Delivery;
  readonly #topics = new Map<string, Topic>();
  readonly #pages: Page[] = [];
  readonly #pageListeners: ((page: Page) => void)[] = [];

  constructor(parts: WorldParts, options: { readonly access: Access; readonly keys: KeyDirectory }) {
    this.#parts = parts;
    this.#access = options.access;
    this.#keys = options.keys;
    this.#delivery = new Delivery({ parts, access: options.access, servicePrincipal: 'sns.amazonaws.com' });
    this.resources = [
      defineResource('AWS::SNS::Topic', topicProperties, (properties, context) =>
        this.#createTopic(properties, context),
      ),
      defineResource('AWS::SNS::TopicPolicy', topicPolicyProperties, (properties, context) => {
        for (const arn of properties.Topics)
          this.#access.registerResourcePolicy(this.#existing(arn).arn, properties.PolicyDocument);
        return { ref: context.generatedName, attributes: { Id: context.generatedName } };
      }),
      defineResource('AWS::SNS::Subscription', subscriptionProperties, (properties) => {
        const topic = this.#existing(properties.TopicArn);
        this.#subscribe(topic, properties);
        const arn = `${topic.arn}:${this.#parts.kernel.random('sns').uuid()}`;
        return { ref: arn, attributes: { Arn: arn } };
      }),
    ];
  }

  /** Every message that reached a person so far, in order. */
  pages(): readonly Page[] {
    return this.#pages;
  }

  onPage(listener: (page: Page) => void): void {
    this.#pageListeners.push(listener);
  }

  demands(call: ServiceCall): readonly IamDemand[] {
    if (call.operation !== 'Publish') throw unknownOperation('SNS', call.operation);
    const arn = topicArn(parseInput('SNS', call, publishInput));
    const key = this.#topics.get(arn)?.key;
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#sns-what-permissions-for-sse
    const actions = ['kms:GenerateDataKey', 'kms:Decrypt'];
    return [
      { action: 'sns:Publish', resource: arn },
      ...keyDemands(key, { call, via: 'sns', actions, encryptionContext: { 'aws:sns:topicArn': arn } }),
    ];
  }

  invoke(call: ServiceCall): Record<string, unknown> {
    if (call.operation !== 'Publish') throw unknownOperation('SNS', call.operation);
    const input = parseInput('SNS', call, publishInput);
    const topic = this.#topics.get(topicArn(input));
    if (topicArn(input).split(':')[3] !== call.region) throw invalid('TopicArn');
    if (topic === undefined) throw new AwsServiceError('NotFoundException', 'Topic does not exist', 404);
    if (input.Message === '') throw invalid('Empty message');
    if (Buffer.byteLength(input.Message) > messageLimitBytes) throw invalid('Message too long');
    if (input.Subject !== undefined && !isSubject(input.Subject)) throw invalid('Subject');
    const forms = messageForms(input);
    const messageId = this.#parts.kernel.random('sns').uuid();
    for (const subscription of topic.subscriptions) {
      this.#deliver(topic, subscription, { ...input, forms, messageId });
    }
    return { MessageId: messageId };
  }

  #deliver(topic: Topic, subscription: SubscriptionProperties, input: Accepted): void {
    const at = new Date(this.#parts.kernel.nowMs).toISOString();
    const { Protocol, Endpoint } = subscription;
    const { forms, messageId } = input;
    const message = forms[Protocol] ?? forms.default;
    if (Protocol === 'email' || Protocol === 'email-json') {
      const { region, arn } = topic;
      const severity = input.MessageAttributes?.severity?.StringValue;
      const forPrograms = forms.default;
      const told = { at, region, topicArn: arn, subject: input.Subject, message, forPrograms, severity };
      const page = { ...told, endpoint: Endpoint };
      this.#pages.push(page);
      for (const listener of this.#pageListeners) listener(page);
      return;
    }
    const notification = {
      Type: 'Notification',
      MessageId: messageId,
      TopicArn: topic.arn,
      ...(input.Subject === undefined ? {} : { Subject: input.Subject }),
      Message: message,
      Timestamp: at,
      MessageAttributes: attributesOf(input.MessageAttributes),
    };
    const raw = subscription.RawMessageDelivery === true;
    const body =
      Protocol === 'lambda'
        ? JSON.stringify({
            Records: [
              {
                EventSource: 'aws:sns',
                EventVersion: '1.0',
                EventSubscriptionArn: `${topic.arn}:${messageId}`,
                Sns: notification,
              },
            ],
          })
        : raw
          ? message
          : JSON.stringify(notification);
    const deadLetterQueueArn = subscription.RedrivePolicy?.deadLetterTargetArn;
    this.#delivery.send({
      target: targetOf(Endpoint),
      body,
      deadLetterBody: body,
      retryPolicy,
      sourceArn: topic.arn,
      deadLetterAttributes: {},
      region: topic.region,
      ...(deadLetterQueueArn === undefined ? {} : { deadLetterQueueArn }),
    });
  }

  #createTopic(properties: TopicProperties, context: ProvisionContext): Provisioned {
    const name = properties.TopicName ?? context.generatedName;
    const arn = `arn:aws:sns:${context.region}:${context.accountId}:${name}`;
    const keyId = properties.KmsMasterKeyId;
    const key = keyId === undefined ? undefined : this.#keys.findKey(context.region, keyId);
    if (keyId !== undefined && key === undefined) {
      throw new InputError(`topic ${name}: there is no KMS key ${keyId} in ${context.region}`);
    }
    const topic: Topic = { arn, region: context.region, key, subscriptions: [] };
    this.#topics.set(arn, topic);
    for (const subscription of properties.Subscription ?? [])
      this.#subscribe(topic, { ...subscription, TopicArn: arn });
    return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
  }

  #subscribe(topic: Topic, subscription: SubscriptionProperties): void {
    if (subscription.Protocol === 'lambda' || subscription.Protocol === 'sqs') targetOf(subscription.Endpoint);
    topic.subscriptions.push(subscription);
  }

  #existing(arn: string): Topic {
    const topic = this.#topics.get(arn);
    if (topic === undefined) throw new InputError(`there is no topic ${arn}`);
    return topic;
  }
}

const anyObject = z.record(z.string(), z.unknown());
const messageStructure = z.looseObject({ default: z.string() });

/**
 * A message of structure `json` is an object with at least a string `default`; members that aren't strings or name no
 * protocol are ignored, and what isn't such an object is refused.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html (Message, MessageStructure)
 * @see https://github.com/sivchari/kumo/pull/940 (what SNS answers, recorded)
 */
function messageForms({ Message, MessageStructure }: z.output<typeof publishInput>): MessageForms {
  if (MessageStructure === undefined) return { default: Message };
  const object = anyObject.safeParse(jsonOf(Message));
  if (!object.success) throw invalid('Message Structure - JSON message body failed to parse');
  const parsed = messageStructure.safeParse(object.data);
  if (!parsed.success) throw invalid('Message Structure - No default entry in JSON message body');
  const strings = Object.entries(parsed.data).filter((one): one is [string, string] => typeof one[1] === 'string');
  return { ...Object.fromEntries(strings), default: parsed.data.default };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function topicArn(input: z.output<typeof publishInput>): string {
  const arn = input.TopicArn ?? input.TargetArn;
  if (arn === undefined) throw invalid('TopicArn or TargetArn Reason: no value for required parameter');
  return arn;
}

/** ASCII, no line breaks, at most 100 characters, beginning with a letter, number or punctuation mark. */
function isSubject(subject: string): boolean {
  return subject.length <= subjectLimit && /^[\x21-\x7e][\x20-\x7e]*$/.test(subject);
}

function attributesOf(attributes: z.output<typeof publishInput>['MessageAttributes']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes ?? {}).map(([name, { DataType, StringValue }]) => [
      name,
      { Type: DataType, Value: StringValue },
    ]),
  );
}

function invalid(parameter: string): AwsServiceError {
  return new AwsServiceError('InvalidParameterException', `Invalid parameter: ${parameter}`);
}
