import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';

export type SlotResult =
  | { readonly taken: false }
  /** `previousOutcome`: what the beat's last slot came to, as far as it was written down. */
  | { readonly taken: true; readonly previousOutcome: string | undefined };

/**
 * The slots of a beat that several overlapping invocations try to keep: one item per beat in the coordination table
 * (`pk` slot#<beat>, `sk` last) which a slot may only replace by a later one. So each slot is taken once, late or
 * doubled invocations change nothing, and the item tells what came out of the slot before, whoever had it.
 */
export class Slots {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;
  readonly #beat: string;
  /** Unique for this invocation. */
  readonly #taker: string;

  constructor(options: { client: DynamoDBDocumentClient; tableName: string; beat: string; taker: string }) {
    this.#client = options.client;
    this.#tableName = options.tableName;
    this.#beat = options.beat;
    this.#taker = options.taker;
  }

  async take(slotMs: number, signal?: AbortSignal): Promise<SlotResult> {
    try {
      const answer = await this.#client.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: { ...this.#key(), slotMs, takenBy: this.#taker },
          ConditionExpression: 'attribute_not_exists(pk) OR slotMs < :slot',
          ExpressionAttributeValues: { ':slot': slotMs },
          ReturnValues: 'ALL_OLD',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
        { abortSignal: signal },
      );
      const outcome: unknown = answer.Attributes?.outcome;
      return { taken: true, previousOutcome: typeof outcome === 'string' ? outcome : undefined };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      // The answer to our own write was lost and the SDK repeated it: the slot is ours all the same.
      const ours = error.Item?.takenBy?.S === this.#taker && error.Item.slotMs?.N === String(slotMs);
      return ours ? { taken: true, previousOutcome: undefined } : { taken: false };
    }
  }

  /** Writes down what came out of a slot that this invocation took, unless a later slot has been taken meanwhile. */
  async record(slotMs: number, outcome: string, signal?: AbortSignal): Promise<void> {
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: { ...this.#key(), slotMs, takenBy: this.#taker, outcome },
          ConditionExpression: 'slotMs = :slot AND takenBy = :taker',
          ExpressionAttributeValues: { ':slot': slotMs, ':taker': this.#taker },
        }),
        { abortSignal: signal },
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  #key(): { pk: string; sk: string } {
    return { pk: `slot#${this.#beat}`, sk: 'last' };
  }
}
