import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand, QueryCommand, type QueryCommandOutput } from '@aws-sdk/lib-dynamodb';
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

type Items = NonNullable<QueryCommandOutput['Items']>;

interface Question {
  readonly incidentId: string;
  /** Only entries with a larger number. */
  readonly afterSequence: number;
  /** Only these members; absent: all. */
  readonly members: readonly string[] | undefined;
}

interface Seen {
  /** The first number that isn't known to be taken. */
  next: number;
  /** Number of each entry that is known, by its id. */
  readonly entryIds: Map<string, number>;
}

/** An incident's journal is some dozens of entries; more than this is a writer that has lost its way. */
const maxEntries = 10_000;

/**
 * The append-only journal. An entry takes the next free number by a conditional write; the item that holds a number is
 * given back by the failed write, so that a writer finds its own entry of an earlier attempt, and leaves no gap: it never
 * skips a number that it has not seen taken. Needs `dynamodb:PutItem` and `dynamodb:Query`.
 */
export class Journal {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;
  readonly #nowMs: () => number;
  /** What this instance has seen of each incident, so that it doesn't walk the journal from the start each time. */
  readonly #seen = new Map<string, Seen>();
  /** The end of the appends that this instance has begun: two at once would only contend for the same number. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: { client: DynamoDBDocumentClient; tableName: string; nowMs: () => number }) {
    this.#client = options.client;
    this.#tableName = options.tableName;
    this.#nowMs = options.nowMs;
  }

  append<Kind extends JournalKind>(entry: NewEntry<Kind>, signal?: AbortSignal): Promise<Appended> {
    const appended = this.#turn.then(() => this.#append(entry, signal));
    // Who appends next doesn't mind how this one ended.
    this.#turn = appended.catch(() => {});
    return appended;
  }

  async #append<Kind extends JournalKind>(entry: NewEntry<Kind>, signal: AbortSignal | undefined): Promise<Appended> {
    const entryId = `${entry.executionArn}/${entry.kind}${entry.subject === undefined ? '' : `/${entry.subject}`}`;
    const seen = this.#seen.get(entry.incidentId) ?? (await this.#learn(entry.incidentId, signal));
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
      // A read of this instance may have moved the mark meanwhile, and it never goes back.
      seen.next = Math.max(seen.next, sequence + 1);
      seen.entryIds.set(holder ?? entryId, sequence);
      if (holder === undefined) return { sequence, written: true };
    }
  }

  /** The entries of an incident in their order, all or those after a number, by strongly consistent reads. */
  async read(incidentId: string, signal?: AbortSignal, afterSequence = 0): Promise<JournalEntry[]> {
    const entries = (await this.#query({ incidentId, afterSequence, members: undefined }, signal)) as JournalEntry[];
    this.#note(incidentId, entries);
    return entries;
  }

  /** What is there already, so that the first entry of this instance doesn't try every number from 1. */
  async #learn(incidentId: string, signal: AbortSignal | undefined): Promise<Seen> {
    const items = await this.#query({ incidentId, afterSequence: 0, members: ['sequence', 'entryId'] }, signal);
    return this.#note(incidentId, items as Pick<JournalEntry, 'sequence' | 'entryId'>[]);
  }

  #note(incidentId: string, entries: readonly Pick<JournalEntry, 'sequence' | 'entryId'>[]): Seen {
    const seen = this.#seen.get(incidentId) ?? { next: 1, entryIds: new Map<string, number>() };
    this.#seen.set(incidentId, seen);
    for (const { sequence, entryId } of entries) seen.entryIds.set(entryId, sequence);
    seen.next = Math.max(seen.next, (entries.at(-1)?.sequence ?? 0) + 1);
    return seen;
  }

  async #query({ incidentId, afterSequence, members }: Question, signal: AbortSignal | undefined): Promise<Items> {
    const items: Items = [];
    let startKey: Record<string, unknown> | undefined;
    do {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.#tableName,
          KeyConditionExpression: 'incidentId = :incidentId AND #sequence > :after',
          ExpressionAttributeValues: { ':incidentId': incidentId, ':after': afterSequence },
          ProjectionExpression: members?.map((name) => `#${name}`).join(', '),
          ExpressionAttributeNames: Object.fromEntries((members ?? ['sequence']).map((name) => [`#${name}`, name])),
          ConsistentRead: true,
          ExclusiveStartKey: startKey,
        }),
        { abortSignal: signal },
      );
      items.push(...(page.Items ?? []));
      startKey = page.LastEvaluatedKey;
    } while (startKey !== undefined);
    return items;
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
