import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { SignalKind } from '../plan/plan.ts';
import { type HealthIssue, isHealthIssue, signalsPartition } from './health-issue.ts';
import { continuityOf, type SignalHistory, type SignalState, standingOf, withSighting } from './signal-history.ts';

/** What one signal last said of a region. */
export interface SignalRecord {
  readonly signal: SignalKind;
  readonly state: SignalState;
  /** ISO 8601 UTC: since when it has said so without a break. */
  readonly since: string;
  /** What it said before `since`; absent where nothing or a silence came before. */
  readonly from?: SignalState;
  /** ISO 8601 UTC. */
  readonly lastObservedAt: string;
  readonly reason?: string;
}

/** All that is known of a region. */
export interface Heard {
  readonly signals: readonly SignalRecord[];
  /** What AWS Health says. It weighs nothing. */
  readonly issues: readonly HealthIssue[];
}

/** As it lies in the table. `version` counts the writes. */
type SignalItem = SignalRecord & SignalHistory & { readonly version: number };

export interface Observation {
  readonly signal: SignalKind;
  readonly state: SignalState;
  /** ISO 8601 UTC, with milliseconds. */
  readonly observedAt: string;
  readonly reason?: string;
}

/** `late`: something newer is known already; it may still have cut short what looked like one stretch. */
export type ObserveResult = 'applied' | 'duplicate' | 'late';

/** More writers than signals there are never meet on one item; so many failures mean something else is wrong. */
const maxAttempts = 8;

/**
 * The signals of a region in the coordination table (`pk` signals#<region>, `sk` the signal). Every write is
 * conditional on the version that was read, and an observation that is known changes nothing, so that concurrent
 * invocations, duplicates and late events end the same.
 */
export class SignalStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;
  readonly #region: string;
  readonly #missingAfterSeconds: number;

  constructor(options: {
    client: DynamoDBDocumentClient;
    tableName: string;
    /** The region that is observed. */
    region: string;
    missingAfterSeconds: number;
  }) {
    this.#client = options.client;
    this.#tableName = options.tableName;
    this.#region = options.region;
    this.#missingAfterSeconds = options.missingAfterSeconds;
  }

  async observe(observation: Observation, signal?: AbortSignal): Promise<ObserveResult> {
    const continues = continuityOf(observation.signal, this.#missingAfterSeconds);
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const known = await this.#get(observation.signal, signal);
      const sighting = { at: observation.observedAt, state: observation.state };
      const history = withSighting(known ?? { sightings: [] }, sighting, continues);
      const late = known !== undefined && known.lastObservedAt > observation.observedAt;
      if (history === undefined) return late ? 'late' : 'duplicate';
      const standing = standingOf(history, continues);
      const item: SignalItem = {
        signal: observation.signal,
        ...(late
          ? known
          : { state: observation.state, lastObservedAt: observation.observedAt, reason: observation.reason }),
        ...history,
        since: standing?.since ?? observation.observedAt,
        from: standing?.from,
        version: (known?.version ?? 0) + 1,
      };
      if (await this.#replace(item, signal)) return late ? 'late' : 'applied';
    }
    throw new Error(`${maxAttempts} writers in a row were faster with signal ${observation.signal} of ${this.#region}`);
  }

  async list(signal?: AbortSignal): Promise<Heard> {
    const answer = await this.#client.send(
      new QueryCommand({
        TableName: this.#tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': signalsPartition(this.#region) },
        ConsistentRead: true,
      }),
      { abortSignal: signal },
    );
    const items = answer.Items ?? [];
    const issues = items.filter(isHealthIssue);
    return { signals: items.filter((item) => !isHealthIssue(item)) as SignalRecord[], issues };
  }

  async #get(name: SignalKind, signal: AbortSignal | undefined): Promise<SignalItem | undefined> {
    const answer = await this.#client.send(
      new GetCommand({
        TableName: this.#tableName,
        Key: { pk: signalsPartition(this.#region), sk: name },
        ConsistentRead: true,
      }),
      { abortSignal: signal },
    );
    return answer.Item as SignalItem | undefined;
  }

  async #replace(item: SignalItem, signal: AbortSignal | undefined): Promise<boolean> {
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: { pk: signalsPartition(this.#region), sk: item.signal, ...item },
          ConditionExpression: 'attribute_not_exists(pk) OR version = :read',
          ExpressionAttributeValues: { ':read': item.version - 1 },
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
