import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';

export type SlotResult =
  | { readonly taken: false }
  /** `previousOutcome`: what was last written down for the beat, whoever wrote it. */
  | { readonly taken: true; readonly previousOutcome: string | undefined };

/** Who loses a slot to somebody who started later asks again at the third slot: two may stay empty if that one dies. */
const slotsLeftToYounger = 2;

/**
 * The slots of a beat that several overlapping invocations try to keep: one item per beat in the coordination table
 * (`pk` slot#<beat>, `sk` last) which a slot may only replace by a later one. So each slot is taken once, late or
 * doubled invocations change nothing, and the item tells what came out of the slots before, whoever had them.
 *
 * Invocations overlap so that a start which fails leaves no hole. Once a younger one has taken a slot, the older has
 * little to do: it only looks now and then whether the younger is still there. A start that is throttled or dies before
 * its first slot takes none, so the older goes on without a pause.
 */
export class Slots {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;
  readonly #beat: string;
  /** Unique for this invocation. */
  readonly #taker: string;
  readonly #startedMs: number;
  #leftToYounger = 0;

  /** `startedMs`: when the invocation began, epoch milliseconds. */
  constructor(options: {
    client: DynamoDBDocumentClient;
    tableName: string;
    beat: string;
    taker: string;
    startedMs: number;
  }) {
    this.#client = options.client;
    this.#tableName = options.tableName;
    this.#beat = options.beat;
    this.#taker = options.taker;
    this.#startedMs = options.startedMs;
  }

  async take(slotMs: number, signal?: AbortSignal): Promise<SlotResult> {
    if (this.#leftToYounger > 0) {
      this.#leftToYounger--;
      return { taken: false };
    }
    try {
      const answer = await this.#client.send(
        new UpdateCommand({
          ...this.#item(),
          UpdateExpression: 'SET slotMs = :slot, takenBy = :taker, startedMs = :started',
          ConditionExpression: 'attribute_not_exists(pk) OR slotMs < :slot',
          ExpressionAttributeValues: { ':slot': slotMs, ':taker': this.#taker, ':started': this.#startedMs },
          ReturnValues: 'ALL_OLD',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
        { abortSignal: signal },
      );
      const outcome: unknown = answer.Attributes?.outcome;
      return { taken: true, previousOutcome: typeof outcome === 'string' ? outcome : undefined };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const { takenBy, slotMs: lastMs, startedMs, outcome } = error.Item ?? {};
      // The answer to our own write was lost and the SDK repeated it: the slot is ours all the same.
      if (takenBy?.S === this.#taker && lastMs?.N === String(slotMs))
        return { taken: true, previousOutcome: outcome?.S };
      if (Number(startedMs?.N ?? 0) > this.#startedMs) this.#leftToYounger = slotsLeftToYounger;
      return { taken: false };
    }
  }

  /** Writes down what came out of a slot that this invocation took, unless a later slot has been taken meanwhile. */
  async record(slotMs: number, outcome: string, signal?: AbortSignal): Promise<void> {
    try {
      await this.#client.send(
        new UpdateCommand({
          ...this.#item(),
          UpdateExpression: 'SET outcome = :outcome',
          ConditionExpression: 'slotMs = :slot AND takenBy = :taker',
          ExpressionAttributeValues: { ':slot': slotMs, ':taker': this.#taker, ':outcome': outcome },
        }),
        { abortSignal: signal },
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  #item() {
    return { TableName: this.#tableName, Key: { pk: `slot#${this.#beat}`, sk: 'last' } };
  }
}
