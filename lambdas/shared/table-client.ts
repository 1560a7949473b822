import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type AwsClientOptions, awsClient } from './aws-client.ts';

/** DynamoDB in JavaScript values; what is undefined is left out of an item. */
export function tableClient(options: AwsClientOptions): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(awsClient(DynamoDBClient, options), {
    marshallOptions: { removeUndefinedValues: true },
  });
}
