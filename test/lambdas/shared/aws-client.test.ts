import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, test } from '@jest/globals';
import { type AwsClientConfiguration, awsClient } from '../../../lambdas/shared/aws-client.ts';
import { tableClient } from '../../../lambdas/shared/table-client.ts';

class Client {
  readonly configuration: AwsClientConfiguration;
  readonly middlewareStack = { remove: () => true };
  constructor(configuration: AwsClientConfiguration) {
    this.configuration = configuration;
  }
}

function published(make: () => unknown): unknown[] {
  const messages: unknown[] = [];
  const listen = (message: unknown) => messages.push(message);
  subscribe('lifeboat:aws-client', listen);
  make();
  unsubscribe('lifeboat:aws-client', listen);
  return messages;
}

test('a client never waits without a limit', () => {
  expect(awsClient(Client, { region: 'eu-west-1' }).configuration).toEqual({
    region: 'eu-west-1',
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
  });
  const hasty = { region: 'eu-west-1', connectionTimeoutMs: 10, requestTimeoutMs: 20, maxAttempts: 1 };
  expect(awsClient(Client, hasty).configuration).toMatchObject({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 10, requestTimeout: 20 },
  });
});

test('every client is published before its first call', () => {
  let client: Client | undefined;
  const messages = published(() => {
    client = awsClient(Client, { region: 'eu-west-1' });
  });
  expect(messages).toEqual([{ client }]);
  expect(published(() => tableClient({ region: 'eu-west-1' }))).toHaveLength(1);
});

test('no client copies what it is asked for a logger', () => {
  const { middlewareStack } = tableClient({ region: 'eu-west-1' });
  expect(middlewareStack.identify().filter((name) => name.startsWith('loggerMiddleware'))).toEqual([]);
  expect(middlewareStack.identify()).not.toEqual([]);
});
