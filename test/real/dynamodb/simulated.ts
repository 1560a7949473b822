import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AwsServiceError } from '../../../lib/rehearsal/aws/service.ts';
import { dynamoDb } from '../../lib/rehearsal/aws/dynamodb/tables.ts';
import { provision, send } from '../../lib/rehearsal/aws/world-fake.ts';
import type { DynamoDbServer } from './tables.ts';

const region = 'eu-west-1';

/** The world's DynamoDB behind the SDK's own client, which serialises and retries as ever. */
export function simulatedDynamoDb(): DynamoDbServer {
  const { service } = dynamoDb();
  const credentials = { accessKeyId: 'nobody', secretAccessKey: 'none' };
  const client = new DynamoDBClient({ region, credentials, maxAttempts: 1 });
  client.middlewareStack.add(
    (_next, context) =>
      async ({ input }) => {
        try {
          const operation = String(context.commandName).replace(/Command$/, '');
          const output = send(service, region, operation, input as Record<string, unknown>);
          return { response: {}, output: { ...output, $metadata: {} } as never };
        } catch (error) {
          if (!(error instanceof AwsServiceError)) throw error;
          const { name, message, members } = error;
          throw Object.assign(new Error(message), { name, ...members });
        }
      },
    { step: 'deserialize', priority: 'high' },
  );
  return {
    client,
    createTable: async (TableName, definition) => {
      provision(service, 'AWS::DynamoDB::Table', { TableName, ...definition }, region);
    },
  };
}
