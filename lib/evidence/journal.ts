import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { JournalDetails, JournalKind } from './journal-details.ts';

/** One item of the journal table: partition key `incidentId`, sort key `sequence`. */
export interface JournalItem<Kind extends JournalKind> {
  readonly incidentId: string;
  /** 1, 2, 3 … without a gap. */
  readonly sequence: number;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly kind: Kind;
  readonly executionArn: string;
  /** Same execution, kind and subject: written once however often the writer retries. */
  readonly entryId: string;
  readonly detail: JournalDetails[Kind];
}

/** Any entry; `kind` tells which detail it has. */
export type JournalEntry = { [Kind in JournalKind]: JournalItem<Kind> }[JournalKind];

export interface NewEntry<Kind extends JournalKind> {
  readonly incidentId: string;
  readonly kind: Kind;
  readonly executionArn: string;
  /** What of this kind the entry is about, when an execution writes several: the wave's number. */
  readonly subject?: string;
  readonly detail: JournalDetails[Kind];
}

export interface Appended {
  readonly sequence: number;
  /** False: the entry was there already. */
  readonly written: boolean;
}

/** Stands in an entry's `executionArn` before there is an execution. */
export const noExecution = 'none';

/** An incident's journal is some dozens of entries; more than this is a writer that has lost its way. */
const maxEntries = 10_000;

/**
 * The append-only journal. An entry takes the next free number by a conditional write; the item that holds a number is
 * given back by the failed write, so that a writer needs `dynamodb:PutItem` and nothing else, finds its own entry of
 * an earlier attempt, and leaves no gap: it never skips a number that it has not seen taken.
 */
export class Journal {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;
  readonly #nowMs: () => number;
  /** What this instance has seen of each incident, so that it doesn't walk the journal from the start each time. */
  readonly #seen = new Map<string, { next: number; entryIds: Map<string, number> }>();

  constructor(options: { client: DynamoDBDocumentClient; tableName: string; nowMs: () => number }) {
    this.#client = options.client;
    this.#tableName = options.tableName;
    this.#nowMs = options.nowMs;
  }

  async append<Kind extends JournalKind>(entry: NewEntry<Kind>, signal?: AbortSignal): Promise<Appended> {
    const entryId = `${entry.executionArn}/${entry.kind}${entry.subject === undefined ? '' : `/${entry.subject}`}`;
    const seen = this.#seenOf(entry.incidentId);
    const at = new Date(this.#nowMs()).toISOString();
    for (;;) {
      const known = seen.entryIds.get(entryId);
      if (known !== undefined) return { sequence: known, written: false };
      const sequence = seen.next;
      if (sequence > maxEntries) throw new RangeError(`journal of ${entry.incidentId} has ${maxEntries} entries`);
      const holder = await this.#put(
        {
          incidentId: entry.incidentId,
          sequence,
          at,
          kind: entry.kind,
          executionArn: entry.executionArn,
          entryId,
          detail: entry.detail,
        },
        signal,
      );
      // Two appends of one instance may be under way: whoever comes back first moves the mark, and it never goes back.
      seen.next = Math.max(seen.next, sequence + 1);
      seen.entryIds.set(holder ?? entryId, sequence);
      if (holder === undefined) return { sequence, written: true };
    }
  }

  /** All entries of an incident in their order, by strongly consistent reads. */
  async read(incidentId: string, signal?: AbortSignal): Promise<JournalEntry[]> {
    const entries: JournalEntry[] = [];
    let startKey: Record<string, unknown> | undefined;
    do {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.#tableName,
          KeyConditionExpression: 'incidentId = :incidentId',
          ExpressionAttributeValues: { ':incidentId': incidentId },
          ConsistentRead: true,
          ExclusiveStartKey: startKey,
        }),
        { abortSignal: signal },
      );
      entries.push(...((page.Items ?? []) as JournalEntry[]));
      startKey = page.LastEvaluatedKey;
    } while (startKey !== undefined);
    return entries;
  }

  #seenOf(incidentId: string): { next: number; entryIds: Map<string, number> } {
    let seen = this.#seen.get(incidentId);
    if (seen === undefined) {
      seen = { next: 1, entryIds: new Map() };
      this.#seen.set(incidentId, seen);
    }
    return seen;
  }

  /** Undefined when the entry was written; the entry id of whoever holds the number otherwise. */
  async #put<Kind extends JournalKind>(
    item: JournalItem<Kind>,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> {
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: item,
          ConditionExpression: 'attribute_not_exists(incidentId)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
        { abortSignal: signal },
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      // The document client leaves the items of errors in DynamoDB's own form.
      return error.Item?.entryId?.S ?? '';
    }
  }
}
