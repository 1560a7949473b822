import { conditionCases } from './conditions.ts';
import type { DynamoDbCase } from './notation.ts';
import { queryCases } from './queries.ts';
import { updateCases } from './updates.ts';
import { valueCases } from './values.ts';

export const dynamoDbCases: readonly DynamoDbCase[] = [...conditionCases, ...updateCases, ...queryCases, ...valueCases];
