import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';

/** Who may carry out a failover in this region. One item of the coordination table: `pk` lock, `sk` failover. */
export interface IncidentLockItem {
  readonly executionArn: string;
  readonly incidentId: string;
  /** ISO 8601 UTC. */
  readonly acquiredAt: string;
  /** Epoch milliseconds, whole; afterwards anybody may take it. */
  readonly expiresAtMs: number;
  /** Who asked for an end before the point of no return: an ARN. */
  readonly abortRequestedBy?: string;
  /** ISO 8601 UTC: the point of no return is passed, an abort comes too late. */
  readonly committedAt?: string;
}

/** `aborted`: somebody asked for the end first. `lost`: the lock is another execution's or nobody's. */
export type CommitResult =
  | { readonly outcome: 'committed' }
  | { readonly outcome: 'aborted'; readonly by: string }
  | { readonly outcome: 'lost' };

/** `requested`: the execution ends before it claims. `committed`: too late. `not-holder`: it doesn't run (any more). */
export type AbortResult = 'requested' | 'committed' | 'not-holder';

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
          ConditionExpression: 'attribute_not_exists(pk) OR expiresAtMs < :now',
          ExpressionAttributeValues: { ':now': asker.nowMs },
        }),
        { abortSignal: signal },
      );
      return { acquired: true };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const holder = await this.holder(signal);
      // Asked again, it keeps the item as it is: an abort may have been asked for meanwhile.
      return holder?.executionArn === asker.executionArn ? { acquired: true } : { acquired: false, holder };
    }
  }

  async holder(signal?: AbortSignal): Promise<IncidentLockItem | undefined> {
    const answer = await this.#client.send(
      new GetCommand({ TableName: this.#tableName, Key: key, ConsistentRead: true }),
      { abortSignal: signal },
    );
    return answer.Item as IncidentLockItem | undefined;
  }

  /**
   * Passes the point of no return: this and a request to abort are conditional writes on one item, so one of them wins.
   * Asked again, the same execution has passed it already.
   */
  async commit(executionArn: string, nowMs: number, signal?: AbortSignal): Promise<CommitResult> {
    const committed = await this.#update(
      {
        UpdateExpression: 'SET committedAt = if_not_exists(committedAt, :now)',
        ConditionExpression: 'executionArn = :holder AND attribute_not_exists(abortRequestedBy)',
        ExpressionAttributeValues: { ':holder': executionArn, ':now': new Date(nowMs).toISOString() },
      },
      signal,
    );
    if (committed) return { outcome: 'committed' };
    const holder = await this.holder(signal);
    if (holder?.executionArn !== executionArn || holder.abortRequestedBy === undefined) return { outcome: 'lost' };
    return { outcome: 'aborted', by: holder.abortRequestedBy };
  }

  /** Takes `commit` back for an execution that was then not let claim: it can be aborted again. */
  async uncommit(executionArn: string, signal?: AbortSignal): Promise<void> {
    await this.#update(
      {
        UpdateExpression: 'REMOVE committedAt',
        ConditionExpression: 'executionArn = :holder',
        ExpressionAttributeValues: { ':holder': executionArn },
      },
      signal,
    );
  }

  /** Asks the holder to end before it claims; the first to ask is remembered. */
  async requestAbort(executionArn: string, by: string, signal?: AbortSignal): Promise<AbortResult> {
    const requested = await this.#update(
      {
        UpdateExpression: 'SET abortRequestedBy = if_not_exists(abortRequestedBy, :by)',
        ConditionExpression: 'executionArn = :holder AND attribute_not_exists(committedAt)',
        ExpressionAttributeValues: { ':holder': executionArn, ':by': by },
      },
      signal,
    );
    if (requested) return 'requested';
    const holder = await this.holder(signal);
    return holder?.executionArn === executionArn ? 'committed' : 'not-holder';
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

  /** False when the condition did not hold. */
  async #update(
    change: {
      UpdateExpression: string;
      ConditionExpression: string;
      ExpressionAttributeValues: Record<string, string>;
    },
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    try {
      await this.#client.send(new UpdateCommand({ TableName: this.#tableName, Key: key, ...change }), {
        abortSignal: signal,
      });
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}
