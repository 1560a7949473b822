import { DynamoDbService } from '../../../../../lib/rehearsal/aws/dynamodb/dynamodb-service.ts';
import { provision, send, WorldFake } from '../world-fake.ts';

export const region = 'eu-west-1';
export const keyArn = `arn:aws:kms:${region}:111122223333:key/k1`;

const keys = {
  findKey: (_region: string, id: string) => (id === keyArn ? { keyArn, aliases: () => ['alias/bank'] } : undefined),
};

export function dynamoDb(world = new WorldFake()): { world: WorldFake; service: DynamoDbService } {
  return { world, service: new DynamoDbService(world, { keys }) };
}

export const pairTable = {
  TableName: 'pairs',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
};

export const plainTable = {
  TableName: 'plain',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
};

export const strongTable = {
  ...plainTable,
  TableName: 'authority',
  MultiRegionConsistency: 'STRONG',
  Replicas: [{ Region: 'eu-west-1' }, { Region: 'eu-central-1' }],
  GlobalTableWitnesses: [{ Region: 'eu-west-2' }],
};

/** A table with one item, and a way to ask whether a condition holds for it. */
export function itemHolds(item: Record<string, unknown>) {
  const { service } = dynamoDb();
  provision(service, 'AWS::DynamoDB::Table', plainTable, region);
  send(service, region, 'PutItem', { TableName: 'plain', Item: { pk: { S: 'a' }, ...item } });
  return (
    ConditionExpression: string,
    ExpressionAttributeValues?: Record<string, unknown>,
    ExpressionAttributeNames?: Record<string, string>,
  ): boolean => {
    try {
      send(service, region, 'DeleteItem', {
        TableName: 'plain',
        Key: { pk: { S: 'a' } },
        ConditionExpression,
        ExpressionAttributeValues,
        ExpressionAttributeNames,
      });
      send(service, region, 'PutItem', { TableName: 'plain', Item: { pk: { S: 'a' }, ...item } });
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
      throw error;
    }
  };
}
