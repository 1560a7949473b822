import { z } from 'zod';

export const queueProperties = z.strictObject({
  QueueName: z.string().optional(),
  KmsMasterKeyId: z.string().optional(),
  KmsDataKeyReusePeriodSeconds: z.int().optional(),
  SqsManagedSseEnabled: z.boolean().optional(),
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html (ranges and defaults)
  MessageRetentionPeriod: z.int().min(60).max(1_209_600).optional(),
  VisibilityTimeout: z.int().min(0).max(43_200).optional(),
  ReceiveMessageWaitTimeSeconds: z.int().min(0).max(20).optional(),
  DelaySeconds: z.int().min(0).max(900).optional(),
  MaximumMessageSize: z.int().min(1024).max(1_048_576).optional(),
  RedrivePolicy: z
    .strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: z.int().min(1).max(1000) })
    .optional(),
  FifoQueue: z.literal(false, 'not simulated: FIFO queues').optional(),
  Tags: z.unknown().optional(),
});
export type QueueProperties = z.output<typeof queueProperties>;

export const queuePolicyProperties = z.strictObject({
  PolicyDocument: z.unknown(),
  Queues: z.array(z.string()).min(1),
});

const attribute = z.strictObject({ DataType: z.string(), StringValue: z.string().optional() });

export const sendMessageInput = z.strictObject({
  QueueUrl: z.string(),
  MessageBody: z.string().min(1),
  DelaySeconds: z.int().min(0).max(900).optional(),
  MessageAttributes: z.record(z.string(), attribute).optional(),
});
export const receiveMessageInput = z.strictObject({
  QueueUrl: z.string(),
  MaxNumberOfMessages: z.int().min(1).max(10).optional(),
  VisibilityTimeout: z.int().min(0).max(43_200).optional(),
  MessageAttributeNames: z.array(z.string()).optional(),
  MessageSystemAttributeNames: z.array(z.string()).optional(),
  WaitTimeSeconds: z.int().min(0).max(20).optional(),
});
export const deleteMessageInput = z.strictObject({ QueueUrl: z.string(), ReceiptHandle: z.string() });
export const queueAttributesInput = z.strictObject({
  QueueUrl: z.string(),
  AttributeNames: z.array(z.string()).optional(),
});
export type MessageAttributes = z.output<typeof sendMessageInput>['MessageAttributes'];
