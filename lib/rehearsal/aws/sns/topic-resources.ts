import { z } from 'zod';

const protocol = z.enum(
  ['email', 'email-json', 'lambda', 'sqs'],
  'not simulated: only email, email-json, lambda and sqs',
);

export const topicProperties = z.strictObject({
  TopicName: z.string().optional(),
  DisplayName: z.string().optional(),
  KmsMasterKeyId: z.string().optional(),
  Subscription: z.array(z.strictObject({ Protocol: protocol, Endpoint: z.string() })).optional(),
  FifoTopic: z.literal(false, 'not simulated: FIFO topics').optional(),
  SignatureVersion: z.string().optional(),
  TracingConfig: z.string().optional(),
  Tags: z.unknown().optional(),
});
export type TopicProperties = z.output<typeof topicProperties>;

export const topicPolicyProperties = z.strictObject({
  PolicyDocument: z.unknown(),
  Topics: z.array(z.string()).min(1),
});

export const subscriptionProperties = z.strictObject({
  TopicArn: z.string(),
  Protocol: protocol,
  Endpoint: z.string(),
  RawMessageDelivery: z.boolean().optional(),
  RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string() }).optional(),
});
export type SubscriptionProperties = z.output<typeof subscriptionProperties>;
