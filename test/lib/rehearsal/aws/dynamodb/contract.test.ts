import { describe, expect, test } from '@jest/globals';
import { dynamoDbCases } from '../../../../real/dynamodb/cases/all.ts';
import { simulatedDynamoDb } from '../../../../real/dynamodb/simulated.ts';
import { answersOf, expectedAnswers } from '../../../../real/dynamodb/tables.ts';

describe('the simulated DynamoDB answers as DynamoDB', () => {
  test.each(dynamoDbCases.map((one) => [one.id, one] as const))('%s', async (_id, contractCase) => {
    const answers = await answersOf(contractCase, simulatedDynamoDb());
    expect(answers).toEqual(expectedAnswers(contractCase, 'world'));
  });
});
