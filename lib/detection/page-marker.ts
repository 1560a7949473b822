import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';

/** A page that somebody began to send and did not finish within this time is sent by the next who wants to. */
const abandonedAfterMs = 30_000;

/**
 * Sends a page to the operators once, however many invocations want to: `pk` page#<incident>, `sk` the page's kind.
 * The marker is claimed, the page sent, the marker finished; a sender that dies between leaves a claim that runs out,
 * because a page too many is better than none.
 */
export class PageMarker {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;
  readonly #nowMs: () => number;

  constructor(options: { client: DynamoDBDocumentClient; tableName: string; nowMs: () => number }) {
    this.#client = options.client;
    this.#tableName = options.tableName;
    this.#nowMs = options.nowMs;
  }

  /** `sender` may claim again what it claimed before. True when this call sent the page. */
  async once(
    page: { incidentId: string; kind: string; sender: string },
    send: () => Promise<void>,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const key = { pk: `page#${page.incidentId}`, sk: page.kind };
    if (!(await this.#claim(key, page.sender, signal))) return false;
    await send();
    await this.#client.send(
      new UpdateCommand({
        TableName: this.#tableName,
        Key: key,
        UpdateExpression: 'SET sentAt = :now',
        ExpressionAttributeValues: { ':now': new Date(this.#nowMs()).toISOString() },
      }),
      { abortSignal: signal },
    );
    return true;
  }

  async #claim(key: { pk: string; sk: string }, sender: string, signal: AbortSignal | undefined): Promise<boolean> {
    const nowMs = this.#nowMs();
    try {
      await this.#client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: key,
          UpdateExpression: 'SET claimedAtMs = :now, sender = :sender',
          ConditionExpression:
            'attribute_not_exists(pk) OR (attribute_not_exists(sentAt) AND (claimedAtMs < :abandoned OR sender = :sender))',
          ExpressionAttributeValues: { ':now': nowMs, ':sender': sender, ':abandoned': nowMs - abandonedAfterMs },
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
