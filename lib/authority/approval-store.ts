import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { ApprovalRequest } from './approval-request.ts';

/** As long as an execution's name can't be used again; the journal keeps what was answered for good. */
const keptSeconds = 90 * 86_400;

/** As many as change one request in the same instant: two approvers, an abort, the next round. */
const maxAttempts = 8;

/** Questions to people, in the coordination table of the region that takes over. */
export class ApprovalStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(options: { client: DynamoDBDocumentClient; tableName: string }) {
    this.#client = options.client;
    this.#tableName = options.tableName;
  }

  async read(executionName: string, signal?: AbortSignal): Promise<ApprovalRequest | undefined> {
    const answer = await this.#client.send(
      new GetCommand({ TableName: this.#tableName, Key: keyOf(executionName), ConsistentRead: true }),
      { abortSignal: signal },
    );
    return answer.Item as ApprovalRequest | undefined;
  }

  /**
   * Replaces the request by what `change` makes of it (undefined: nothing is written), by a write on condition that
   * nobody was faster; then `change` is asked again with what is there now. Gives the request as it is afterwards.
   */
  async change(
    executionName: string,
    change: (before: ApprovalRequest | undefined) => ApprovalRequest | undefined,
    signal?: AbortSignal,
  ): Promise<ApprovalRequest | undefined> {
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const before = await this.read(executionName, signal);
      const after = change(before);
      if (after === undefined) return before;
      const next = { ...after, version: (before?.version ?? 0) + 1 };
      if (await this.#put(next, before?.version, signal)) return next;
    }
    throw new Error(`the approval of ${executionName} was changed by others ${maxAttempts} times in a row`);
  }

  async #put(request: ApprovalRequest, before: number | undefined, signal: AbortSignal | undefined): Promise<boolean> {
    const condition =
      before === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : { ConditionExpression: 'version = :before', ExpressionAttributeValues: { ':before': before } };
    const expiresAtSeconds = Math.ceil(request.expiresAtMs / 1000) + keptSeconds;
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: { ...request, ...keyOf(request.executionName), expiresAtSeconds },
          ...condition,
        }),
        { abortSignal: signal },
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

function keyOf(executionName: string) {
  return { pk: `approval#${executionName}`, sk: 'request' };
}
