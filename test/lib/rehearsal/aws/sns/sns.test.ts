import { describe, expect, test } from '@jest/globals';
import { AwsServiceError } from '../../../../../lib/rehearsal/aws/service.ts';
import { SnsService } from '../../../../../lib/rehearsal/aws/sns/sns-service.ts';
import { keyArn, keys } from '../keys-fake.ts';
import { accountId, caller, provision, refused, send, WorldFake } from '../world-fake.ts';

const region = 'eu-west-1';
const TopicArn = `arn:aws:sns:${region}:${accountId}:operators`;
const functionArn = `arn:aws:lambda:${region}:${accountId}:function:f`;
const queueArn = `arn:aws:sqs:${region}:${accountId}:q`;

function topic(properties: Record<string, unknown> = {}) {
  const world = new WorldFake();
  const service = new SnsService(world, { access: world.access, keys });
  const made = provision(service, 'AWS::SNS::Topic', { TopicName: 'operators', ...properties }, region);
  const subscribe = (subscription: Record<string, unknown>) =>
    provision(service, 'AWS::SNS::Subscription', { TopicArn, ...subscription }, region);
  const publish = (input: Record<string, unknown>) =>
    send(service, region, 'Publish', { TopicArn, Message: 'region lost', ...input });
  return { world, service, made, subscribe, publish };
}

describe('a topic', () => {
  test('pages the people who subscribed', () => {
    const { service, made, subscribe, publish } = topic({
      Subscription: [{ Protocol: 'email', Endpoint: 'a@example.org' }],
    });
    expect(made).toEqual({ ref: TopicArn, attributes: { TopicArn, TopicName: 'operators' } });
    expect(subscribe({ Protocol: 'email', Endpoint: 'b@example.org' }).ref).toMatch(`${TopicArn}:`);
    expect(publish({ Subject: 'Incident' }).MessageId).toMatch(/^[\da-f-]{36}$/);
    const page = {
      at: '2026-11-21T06:00:00.000Z',
      region,
      topicArn: TopicArn,
      subject: 'Incident',
      message: 'region lost',
      forPrograms: 'region lost',
      severity: undefined,
    };
    expect(service.pages()).toEqual([
      { ...page, endpoint: 'a@example.org' },
      { ...page, endpoint: 'b@example.org' },
    ]);
  });

  test('invokes functions and fills queues on its own behalf', async () => {
    const { world, subscribe, publish } = topic();
    subscribe({ Protocol: 'lambda', Endpoint: functionArn });
    subscribe({ Protocol: 'sqs', Endpoint: queueArn });
    subscribe({ Protocol: 'sqs', Endpoint: `${queueArn}2`, RawMessageDelivery: true });
    publish({ Subject: 'S', MessageAttributes: { kind: { DataType: 'String', StringValue: 'page' } } });
    await world.kernel.run(world.kernel.nowMs + 1000);
    const [invoke] = world.callsTo('lambda', 'Invoke');
    expect(invoke?.caller).toMatchObject({ principal: 'service:sns.amazonaws.com', sourceArn: TopicArn });
    const notification = {
      Type: 'Notification',
      TopicArn,
      Subject: 'S',
      Message: 'region lost',
      MessageAttributes: { kind: { Type: 'String', Value: 'page' } },
    };
    expect(JSON.parse(new TextDecoder().decode(invoke?.input.Payload as Uint8Array)).Records[0]).toMatchObject({
      EventSource: 'aws:sns',
      Sns: notification,
    });
    const [wrapped, raw] = world.callsTo('sqs', 'SendMessage').map((call) => String(call.input.MessageBody));
    expect(JSON.parse(wrapped ?? '')).toMatchObject(notification);
    expect(raw).toBe('region lost');
  });

  test('gives every protocol its own form of a message, and the default where it has none', async () => {
    const { world, service, subscribe, publish } = topic();
    subscribe({ Protocol: 'email', Endpoint: 'a@example.org' });
    subscribe({ Protocol: 'sqs', Endpoint: queueArn, RawMessageDelivery: true });
    subscribe({ Protocol: 'lambda', Endpoint: functionArn });
    const forms = { default: '{"kind":"held"}', email: 'It was held.', lambda: 7, sms: 'held' };
    publish({ MessageStructure: 'json', Message: JSON.stringify(forms) });
    await world.kernel.run(world.kernel.nowMs + 1000);
    expect(service.pages()).toMatchObject([{ message: 'It was held.', forPrograms: '{"kind":"held"}' }]);
    expect(world.callsTo('sqs', 'SendMessage')[0]?.input.MessageBody).toBe('{"kind":"held"}');
    const event = new TextDecoder().decode(world.callsTo('lambda', 'Invoke')[0]?.input.Payload as Uint8Array);
    expect(JSON.parse(event).Records[0].Sns.Message).toBe('{"kind":"held"}');
  });

  test.each([
    ['{"email":"x"}', 'No default entry in JSON message body'],
    ['{"default":1}', 'No default entry in JSON message body'],
    ['["default"]', 'JSON message body failed to parse'],
    ['{', 'JSON message body failed to parse'],
  ])('refuses the structure %s', (Message, why) => {
    const { publish } = topic();
    expect(refused(() => publish({ MessageStructure: 'json', Message })).message).toBe(
      `Invalid parameter: Message Structure - ${why}`,
    );
  });

  test('gives what a subscriber refuses to the dead-letter queue of the subscription', async () => {
    const { world, subscribe, publish } = topic();
    subscribe({ Protocol: 'lambda', Endpoint: functionArn, RedrivePolicy: { deadLetterTargetArn: queueArn } });
    world.answers.set('lambda.Invoke', () => ({
      error: new AwsServiceError('ResourceNotFoundException', 'gone', 404),
    }));
    publish({});
    await world.kernel.run(world.kernel.nowMs + 1000);
    expect(world.callsTo('sqs', 'SendMessage')).toHaveLength(1);
  });

  test.each<[string, Record<string, unknown>, string, string]>([
    ['no such topic', { TopicArn: `${TopicArn}2` }, 'NotFoundException', 'Topic does not exist'],
    [
      'a topic of another region',
      { TopicArn: TopicArn.replace(region, 'us-east-1') },
      'InvalidParameterException',
      'Invalid parameter: TopicArn',
    ],
    ['no topic at all', { TopicArn: undefined }, 'InvalidParameterException', 'no value for required parameter'],
    ['nothing to say', { Message: '' }, 'InvalidParameterException', 'Empty message'],
    ['too much to say', { Message: 'x'.repeat(256 * 1024 + 1) }, 'InvalidParameterException', 'Message too long'],
    ['a subject of two lines', { Subject: 'a\nb' }, 'InvalidParameterException', 'Invalid parameter: Subject'],
    [
      'a subject of 101 characters',
      { Subject: 'x'.repeat(101) },
      'InvalidParameterException',
      'Invalid parameter: Subject',
    ],
  ])('refuses %s', (_name, input, name, message) => {
    expect(refused(() => topic().publish(input))).toMatchObject({ name, message: expect.stringContaining(message) });
  });

  test('takes a topic as a target too', () => {
    const { publish } = topic();
    expect(publish({ TopicArn: undefined, TargetArn: TopicArn })).toHaveProperty('MessageId');
  });

  test('names what is not simulated', () => {
    const { service, publish, subscribe } = topic();
    expect(() => publish({ MessageDeduplicationId: 'x' })).toThrow('not simulated: SNS Publish MessageDeduplicationId');
    expect(() => publish({ MessageStructure: 'xml' })).toThrow('MessageStructure');
    expect(refused(() => send(service, region, 'Subscribe', {})).message).toBe('not simulated: SNS Subscribe');
    expect(() => subscribe({ Protocol: 'sms', Endpoint: '+1' })).toThrow('not simulated: only email');
    expect(() => subscribe({ Protocol: 'email', Endpoint: 'x', FilterPolicy: {} })).toThrow('FilterPolicy');
    expect(() => topic({ FifoTopic: true })).toThrow('not simulated: FIFO topics');
  });

  test('has a policy, and refuses one for a topic that is not there', () => {
    const { world, service, subscribe } = topic();
    const PolicyDocument = { Statement: [] };
    provision(service, 'AWS::SNS::TopicPolicy', { PolicyDocument, Topics: [TopicArn] }, region);
    expect(world.policies.get(TopicArn)).toBe(PolicyDocument);
    expect(() => provision(service, 'AWS::SNS::TopicPolicy', { PolicyDocument, Topics: ['arn:x'] }, region)).toThrow(
      'there is no topic arn:x',
    );
    expect(() => subscribe({ TopicArn: 'arn:x', Protocol: 'email', Endpoint: 'x' })).toThrow('there is no topic arn:x');
  });

  test('with a key needs the key of whoever publishes', () => {
    const { service } = topic({ KmsMasterKeyId: keyArn });
    const call = (operation: string) => ({
      caller: caller(region),
      region,
      operation,
      input: { TopicArn, Message: 'x' },
    });
    const demands = service.demands(call('Publish'));
    expect(demands.map((demand) => `${demand.action} ${demand.resource}`)).toEqual([
      `sns:Publish ${TopicArn}`,
      `kms:GenerateDataKey ${keyArn}`,
      `kms:Decrypt ${keyArn}`,
    ]);
    expect(demands[1]?.context).toEqual({
      'kms:ViaService': `sns.${region}.amazonaws.com`,
      'kms:CallerAccount': accountId,
      'kms:ResourceAliases': ['alias/bank'],
      'kms:EncryptionContext:aws:sns:topicArn': TopicArn,
    });
    expect(() => service.demands(call('Subscribe'))).toThrow('not simulated');
    expect(() => topic({ KmsMasterKeyId: 'alias/none' })).toThrow(
      `topic operators: there is no KMS key alias/none in ${region}`,
    );
    expect(topic({ TopicName: undefined }).made.ref).toContain('estate-Thing');
  });
});
