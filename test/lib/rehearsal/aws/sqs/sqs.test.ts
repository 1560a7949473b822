import { describe, expect, test } from '@jest/globals';
import { SqsService } from '../../../../../lib/rehearsal/aws/sqs/sqs-service.ts';
import { keyArn, keys } from '../keys-fake.ts';
import { accountId, caller, provision, refused, send, WorldFake } from '../world-fake.ts';

const region = 'eu-west-1';
const QueueUrl = `https://sqs.${region}.amazonaws.com/${accountId}/dead`;
const arn = `arn:aws:sqs:${region}:${accountId}:dead`;

function queue(properties: Record<string, unknown> = {}) {
  const world = new WorldFake();
  const recorded: [string, number, number][] = [];
  const metrics = {
    record: (
      _region: string,
      _space: string,
      name: string,
      dimensions: Readonly<Record<string, string>>,
      value: number,
    ) => {
      recorded.push([`${name} ${dimensions.QueueName}`, value, (world.kernel.nowMs / 1000) % 3600]);
    },
  };
  const service = new SqsService(world, { access: world.access, keys, metrics });
  const add = (more: Record<string, unknown>) => provision(service, 'AWS::SQS::Queue', more, region);
  const made = add({ QueueName: 'dead', ...properties });
  const ask = (operation: string, input: Record<string, unknown> = {}) =>
    send(service, region, operation, { QueueUrl, ...input });
  const bodies = () =>
    ((ask('ReceiveMessage', { MaxNumberOfMessages: 10 }).Messages ?? []) as { Body: string }[]).map(({ Body }) => Body);
  const run = (seconds: number) => world.kernel.run(world.kernel.nowMs + seconds * 1000);
  return { world, service, made, add, ask, bodies, run, recorded };
}

describe('a queue', () => {
  test('gives a message until it is deleted, hidden in between', async () => {
    const { service, made, ask, bodies, run } = queue();
    expect(made).toEqual({ ref: QueueUrl, attributes: { Arn: arn, QueueName: 'dead', QueueUrl } });
    expect(ask('SendMessage', { MessageBody: 'lost' })).toMatchObject({
      MD5OfMessageBody: '1c9a44eb2e8eaf3da1eb551da310cce7',
    });
    expect([service.depth(arn), service.bodies(arn)]).toEqual([1, ['lost']]);
    const [first] = ask('ReceiveMessage').Messages as { ReceiptHandle: string }[];
    expect(bodies()).toEqual([]);
    await run(30);
    const [second] = ask('ReceiveMessage').Messages as { ReceiptHandle: string }[];
    ask('DeleteMessage', { ReceiptHandle: first?.ReceiptHandle });
    expect(service.bodies(arn)).toEqual(['lost']);
    ask('DeleteMessage', { ReceiptHandle: second?.ReceiptHandle });
    expect(service.bodies(arn)).toEqual([]);
  });

  test('gives attributes when asked', () => {
    const { ask } = queue();
    ask('SendMessage', { MessageBody: 'x', MessageAttributes: { A: { DataType: 'String', StringValue: 'b' } } });
    const asked = { MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'], VisibilityTimeout: 0 };
    expect(ask('ReceiveMessage', asked).Messages).toMatchObject([
      { MessageAttributes: { A: { StringValue: 'b' } }, Attributes: { ApproximateReceiveCount: '1' } },
    ]);
    expect((ask('ReceiveMessage').Messages as object[])[0]).not.toHaveProperty('MessageAttributes');
  });

  test('delays, forgets and limits', async () => {
    const { ask, bodies, run } = queue({ DelaySeconds: 10, MessageRetentionPeriod: 60, MaximumMessageSize: 1024 });
    ask('SendMessage', { MessageBody: 'late' });
    ask('SendMessage', { MessageBody: 'now', DelaySeconds: 0 });
    expect(bodies()).toEqual(['now']);
    await run(10);
    expect(bodies()).toEqual(['late']);
    await run(50);
    expect(bodies()).toEqual([]);
    expect(refused(() => ask('SendMessage', { MessageBody: 'x'.repeat(1025) })).message).toContain(
      'shorter than 1024 bytes',
    );
  });

  test('says how full it is', () => {
    const { ask } = queue();
    ask('SendMessage', { MessageBody: '1' });
    ask('SendMessage', { MessageBody: '2' });
    ask('ReceiveMessage');
    expect(ask('GetQueueAttributes', { AttributeNames: ['All'] }).Attributes).toEqual({
      QueueArn: arn,
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '1',
    });
    expect(ask('GetQueueAttributes', { AttributeNames: ['QueueArn'] }).Attributes).toEqual({ QueueArn: arn });
    expect(ask('GetQueueAttributes').Attributes).toEqual({});
    expect(() => ask('GetQueueAttributes', { AttributeNames: ['Policy'] })).toThrow(
      'not simulated: SQS GetQueueAttributes Policy',
    );
  });

  test('gives a message that was received too often to its dead-letter queue', () => {
    const { service, add, ask, bodies } = queue({
      VisibilityTimeout: 0,
      RedrivePolicy: { deadLetterTargetArn: `${arn}est`, maxReceiveCount: 2 },
    });
    add({ QueueName: 'deadest' });
    ask('SendMessage', { MessageBody: 'poison' });
    expect([bodies(), bodies(), bodies()]).toEqual([['poison'], ['poison'], []]);
    expect([service.bodies(arn), service.bodies(`${arn}est`)]).toEqual([[], ['poison']]);
  });

  test('drops it when the dead-letter queue is not there', () => {
    const { service, ask, bodies } = queue({
      VisibilityTimeout: 0,
      RedrivePolicy: { deadLetterTargetArn: 'arn:none', maxReceiveCount: 1 },
    });
    ask('SendMessage', { MessageBody: 'poison' });
    expect([bodies(), bodies(), service.bodies(arn)]).toEqual([['poison'], [], []]);
  });

  test('reports its depth every minute while it holds something, and no longer', async () => {
    const { world, ask, bodies, run, recorded } = queue();
    await run(70);
    expect(recorded).toEqual([]);
    ask('SendMessage', { MessageBody: 'x' });
    ask('SendMessage', { MessageBody: 'y' });
    await run(120);
    expect(recorded).toEqual([
      ['ApproximateNumberOfMessagesVisible dead', 2, 120],
      ['ApproximateNumberOfMessagesVisible dead', 2, 180],
    ]);
    world.downRegions.add(region);
    await run(60);
    world.downRegions.clear();
    expect(recorded).toHaveLength(2);
    for (const message of ask('ReceiveMessage', { MaxNumberOfMessages: 10 }).Messages as { ReceiptHandle: string }[])
      ask('DeleteMessage', message.ReceiptHandle === '' ? {} : { ReceiptHandle: message.ReceiptHandle });
    await run(600);
    expect(recorded.slice(2)).toEqual([['ApproximateNumberOfMessagesVisible dead', 0, 300]]);
    expect(bodies()).toEqual([]);
  });

  test('has a policy', () => {
    const { world, service } = queue();
    const PolicyDocument = { Statement: [] };
    provision(service, 'AWS::SQS::QueuePolicy', { PolicyDocument, Queues: [QueueUrl] }, region);
    expect(world.policies.get(arn)).toBe(PolicyDocument);
    expect(() => provision(service, 'AWS::SQS::QueuePolicy', { PolicyDocument, Queues: ['x'] }, region)).toThrow(
      'there is no queue x',
    );
  });

  test('with a key needs the key', () => {
    const { service } = queue({ KmsMasterKeyId: keyArn });
    const actions = (operation: string) =>
      service
        .demands({ caller: caller(region), region, operation, input: { QueueUrl } })
        .map((demand) => demand.action);
    expect(actions('SendMessage')).toEqual(['sqs:SendMessage', 'kms:GenerateDataKey', 'kms:Decrypt']);
    expect(actions('ReceiveMessage')).toEqual(['sqs:ReceiveMessage', 'kms:Decrypt']);
    expect(actions('DeleteMessage')).toEqual(['sqs:DeleteMessage']);
    expect(() => actions('PurgeQueue')).toThrow('not simulated: SQS PurgeQueue');
    expect(() => queue({ KmsMasterKeyId: 'k' })).toThrow(`queue dead: there is no KMS key k in ${region}`);
  });

  test('that is not there', () => {
    const { service, ask, add } = queue();
    expect(refused(() => ask('SendMessage', { QueueUrl: 'x', MessageBody: 'y' }))).toMatchObject({
      name: 'QueueDoesNotExist',
    });
    expect(refused(() => send(service, 'us-east-1', 'ReceiveMessage', { QueueUrl })).name).toBe('QueueDoesNotExist');
    expect([service.depth('arn:none'), service.bodies('arn:none')]).toEqual([0, []]);
    expect(refused(() => ask('PurgeQueue')).name).toBe('UnknownOperationException');
    expect(() => add({ FifoQueue: true })).toThrow('not simulated: FIFO queues');
    expect(add({}).ref).toContain('estate-Thing');
  });
});
