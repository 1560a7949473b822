import {
  type CreateTableCommandInput,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { expect } from '@jest/globals';
import type { ContractCall, ContractCase, Refusal } from '../contract-case.ts';

export type TableName = 'plain' | 'numbered' | 'lettered';

function keyed(...keys: readonly (readonly [name: string, type: 'S' | 'N' | 'B'])[]) {
  return {
    AttributeDefinitions: keys.map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    KeySchema: keys.map(([AttributeName], index) => ({
      AttributeName,
      KeyType: index === 0 ? ('HASH' as const) : ('RANGE' as const),
    })),
    BillingMode: 'PAY_PER_REQUEST' as const,
  };
}

/** The tables that cases may ask for: a string as partition key, and a number or a string to sort by. */
export const tables: Readonly<Record<TableName, Omit<CreateTableCommandInput, 'TableName'>>> = {
  plain: keyed(['pk', 'S']),
  numbered: keyed(['pk', 'S'], ['sk', 'N']),
  lettered: keyed(['pk', 'S'], ['sk', 'S']),
};

export interface DynamoDbServer {
  readonly client: DynamoDBClient;
  /** Makes the table and waits until it can be used. */
  createTable(name: string, definition: Omit<CreateTableCommandInput, 'TableName'>): Promise<void>;
}

const commands = {
  DeleteItem: DeleteItemCommand,
  GetItem: GetItemCommand,
  PutItem: PutItemCommand,
  Query: QueryCommand,
  Scan: ScanCommand,
  UpdateItem: UpdateItemCommand,
} as const;

/** What the server answers to every call of a case, in a table of its own. */
export async function answersOf(
  { id, subject, calls }: ContractCase<TableName>,
  server: DynamoDbServer,
): Promise<readonly object[]> {
  const table = id.replaceAll('/', '.');
  await server.createTable(table, tables[subject]);
  const answers: object[] = [];
  for (const call of calls) answers.push(await answerOf(call, table, server.client));
  return answers;
}

async function answerOf({ operation, input }: ContractCall, table: string, client: DynamoDBClient): Promise<object> {
  const Command = commands[operation as keyof typeof commands] as new (input: object) => PutItemCommand;
  try {
    // DynamoDB Local tells what a delete of nothing consumed though nobody asked.
    const { $metadata, ConsumedCapacity, ...output } = await client.send(new Command({ TableName: table, ...input }));
    return sorted(output) as object;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { Item } = error as Error & { Item?: unknown };
    const members = Item === undefined ? undefined : { Item };
    return { error: error.name, message: error.message, members } satisfies Refusal;
  }
}

/** What a server has to answer, in its own words where it has others than DynamoDB (`server`: `dynamodb-local`). */
export function expectedAnswers({ calls }: ContractCase<TableName>, server: string): readonly object[] {
  return calls.map(({ answer }) => {
    if (!isRefusal(answer)) return answer;
    const { error, message, otherWords, members } = answer;
    return { error, message: otherWords?.[server] ?? message ?? expect.any(String), members };
  });
}

function isRefusal(answer: ContractCall['answer']): answer is Refusal {
  return typeof answer.error === 'string';
}

/** Sets have no order: theirs is made one. */
function sorted(value: unknown): unknown {
  if (value instanceof Uint8Array || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const isSet = /^[SN]S$/.test(name) && Array.isArray(member);
      return [name, isSet ? [...member].sort() : sorted(member)];
    }),
  );
}
