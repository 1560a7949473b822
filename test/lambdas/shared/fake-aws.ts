import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LambdaContext } from '../../../lambdas/shared/task-handler.ts';
import { SimulatedTables } from './simulated-tables.ts';

export interface RecordedCall {
  readonly operation: string;
  readonly region: string;
  readonly input: unknown;
}

interface AnyClient {
  readonly config: { region(): Promise<string>; requestHandler: unknown };
  readonly middlewareStack: {
    add(
      middleware: (next: unknown, context: { commandName?: string }) => (args: { input: unknown }) => Promise<unknown>,
      options: { step: 'initialize'; priority: 'high' },
    ): void;
  };
}

/**
 * Stands where AWS would for handlers that make their own clients: DynamoDB is simulated, of other services the calls
 * are recorded. Hooks in where tracing and the rehearsal do.
 */
export class FakeAws {
  readonly tables = new SimulatedTables();
  readonly calls: RecordedCall[] = [];
  /** By operation: what it answers, or throws. */
  readonly answers = new Map<string, object | Error>();

  constructor() {
    process.env.AWS_REGION = 'eu-west-1';
    process.env.AWS_ACCESS_KEY_ID = 'test';
    process.env.AWS_SECRET_ACCESS_KEY = 'test';
    subscribe('lifeboat:aws-client', this.#attach);
  }

  [Symbol.dispose](): void {
    unsubscribe('lifeboat:aws-client', this.#attach);
  }

  readonly #attach = (message: unknown): void => {
    const { client } = message as { client: AnyClient };
    if (client instanceof DynamoDBClient) {
      client.config.requestHandler = this.tables.requestHandler as never;
      return;
    }
    client.middlewareStack.add(
      (_next, context) => async (args) => {
        const operation = String(context.commandName).replace(/Command$/, '');
        this.calls.push({ operation, region: await client.config.region(), input: args.input });
        const answer = this.answers.get(operation) ?? {};
        if (answer instanceof Error) throw answer;
        return { response: {}, output: { $metadata: {}, ...answer } };
      },
      { step: 'initialize', priority: 'high' },
    );
  };
}

export function lambdaContext(remainingMs = 30_000): LambdaContext {
  return { awsRequestId: 'request', functionName: 'function', getRemainingTimeInMillis: () => remainingMs };
}
