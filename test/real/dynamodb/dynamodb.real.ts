import { afterAll, describe, expect, test } from '@jest/globals';
import { dynamoDbCases } from './cases/all.ts';
import { type LocalServer, ServerMissing, startDynamoDbLocal } from './local-server.ts';
import { answersOf, expectedAnswers } from './tables.ts';

const server = await startDynamoDbLocal().catch((error: unknown) => {
  if (error instanceof ServerMissing) return error;
  throw error;
});
afterAll(() => (server instanceof ServerMissing ? undefined : server.stop()));

const isMissing = server instanceof ServerMissing;
const tier = isMissing ? describe.skip : describe;
if (isMissing) process.stderr.write(`DynamoDB Local is left out: ${server.message}\n`);

tier(`DynamoDB Local${isMissing ? ` (left out: ${server.message})` : ''} answers as DynamoDB`, () => {
  test.each(dynamoDbCases.map((one) => [one.id, one] as const))('%s', async (_id, contractCase) => {
    const answers = await answersOf(contractCase, server as LocalServer);
    expect(answers).toEqual(expectedAnswers(contractCase, 'dynamodb-local'));
  });
});
