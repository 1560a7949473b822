import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';

/** Who may carry out a failover in this region. One item of the coordination table: `pk` lock, `sk` failover. */
export interface IncidentLockItem {
  readonly executionArn: string;
  readonly incidentId: string;
  /** ISO 8601 UTC. */
  readonly acquiredAt: string;
  /** Epoch milliseconds, whole; afterwards anybody may take it. */
  readonly expiresAtMs: number;
}

export type LockResult =
  | { readonly acquired: true }
  /** No holder: it was released while we asked. */
  | { readonly acquired: false; readonly holder: IncidentLockItem | undefined };

/** The failover state machine ends itself after 3600 s; five minutes more, and no lock outlives a dead execution. */
export const lockSeconds = 3900;

const key = { pk: 'lock', sk: 'failover' };

export class IncidentLock {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(options: { client: DynamoDBDocumentClient; tableName: string }) {
    this.#client = options.client;
    this.#tableName = options.tableName;
  }

  /**
   * For an operator who knows that the holder is stuck: takes the lock away from it. Whatever the holder still does after a
   * newer claim, its epoch refuses.
   */
  async takeOver(
    asker: { executionArn: string; incidentId: string; nowMs: number },
    signal?: AbortSignal,
  ): Promise<LockResult> {
    const holder = await this.holder(signal);
    const isOthers = holder !== undefined && holder.executionArn !== asker.executionArn;
    if (isOthers) await this.release(holder.executionArn, signal);
    return this.acquire(asker, signal);
  }

  /** The execution that has the lock gets it again. */
  async acquire(
    asker: { executionArn: string; incidentId: string; nowMs: number },
    signal?: AbortSignal,
  ): Promise<LockResult> {
    const expiresAtMs = asker.nowMs + lockSeconds * 1000;
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: {
            ...key,
            executionArn: asker.executionArn,
            incidentId: asker.incidentId,
            acquiredAt: new Date(asker.nowMs).toISOString(),
            expiresAtMs,
            expiresAtSeconds: Math.ceil(expiresAtMs / 1000),
          },
          ConditionExpression: 'attribute_not_exists(pk) OR expiresAtMs < :now OR executionArn = :asker',
          ExpressionAttributeValues: { ':now': asker.nowMs, ':asker': asker.executionArn },
        }),
        { abortSignal: signal },
      );
      return { acquired: true };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { acquired: false, holder: await this.holder(signal) };
    }
  }

  async holder(signal?: AbortSignal): Promise<IncidentLockItem | undefined> {
    const answer = await this.#client.send(
      new GetCommand({ TableName: this.#tableName, Key: key, ConsistentRead: true }),
      { abortSignal: signal },
    );
    return answer.Item as IncidentLockItem | undefined;
  }

  /** Releases the lock if this execution holds it, and only then. */
  async release(executionArn: string, signal?: AbortSignal): Promise<void> {
    try {
      await this.#client.send(
        new DeleteCommand({
          TableName: this.#tableName,
          Key: key,
          ConditionExpression: 'executionArn = :holder',
          ExpressionAttributeValues: { ':holder': executionArn },
        }),
        { abortSignal: signal },
      );
    } catch (error) {
      // Somebody else's or nobody's: nothing of ours is left.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}
