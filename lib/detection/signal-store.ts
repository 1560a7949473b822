import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { SignalKind } from '../plan/plan.ts';

/** `unknown`: the observer itself has no data. Neither healthy nor unhealthy. */
export type SignalState = 'healthy' | 'unhealthy' | 'unknown';

/** What one signal last said of a region. */
export interface SignalRecord {
  readonly signal: SignalKind;
  readonly state: SignalState;
  /** ISO 8601 UTC: since when it has said so without a break. */
  readonly since: string;
  /** ISO 8601 UTC. */
  readonly lastObservedAt: string;
  readonly reason?: string;
}

export interface Observation {
  readonly signal: SignalKind;
  readonly state: SignalState;
  /** ISO 8601 UTC, with milliseconds. */
  readonly observedAt: string;
  readonly reason?: string;
}

/** `late`: something newer is known already. */
export type ObserveResult = 'applied' | 'duplicate' | 'late';

/** More writers than signals there are never meet on one item; so many failures mean something else is wrong. */
const maxAttempts = 8;

/**
 * The signals of a region in the coordination table (`pk` signals#<region>, `sk` the signal). An observation replaces
 * an older one only, by a write that is conditional on what was read, so duplicates and late events change nothing.
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
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const known = await this.#get(observation.signal, signal);
      if (known?.lastObservedAt === observation.observedAt) return 'duplicate';
      if (known !== undefined && known.lastObservedAt > observation.observedAt) return 'late';
      const record: SignalRecord = {
        ...observation,
        since: this.#since(known, observation),
        lastObservedAt: observation.observedAt,
      };
      if (await this.#replace(known, record, signal)) return 'applied';
    }
    throw new Error(`${maxAttempts} writers in a row were faster with signal ${observation.signal} of ${this.#region}`);
  }

  async list(signal?: AbortSignal): Promise<SignalRecord[]> {
    const answer = await this.#client.send(
      new QueryCommand({
        TableName: this.#tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': `signals#${this.#region}` },
        ConsistentRead: true,
      }),
      { abortSignal: signal },
    );
    return (answer.Items ?? []) as SignalRecord[];
  }

  /** A state that was not heard of for too long was not seen to last: it begins anew. A latched signal reports changes only. */
  #since(known: SignalRecord | undefined, observation: Observation): string {
    if (known === undefined || known.state !== observation.state) return observation.observedAt;
    const silentMs = Date.parse(observation.observedAt) - Date.parse(known.lastObservedAt);
    const broken = !isLatched(observation.signal) && silentMs > this.#missingAfterSeconds * 1000;
    return broken ? observation.observedAt : known.since;
  }

  async #get(name: SignalKind, signal: AbortSignal | undefined): Promise<SignalRecord | undefined> {
    const answer = await this.#client.send(
      new GetCommand({
        TableName: this.#tableName,
        Key: { pk: `signals#${this.#region}`, sk: name },
        ConsistentRead: true,
      }),
      { abortSignal: signal },
    );
    return answer.Item as SignalRecord | undefined;
  }

  async #replace(
    known: SignalRecord | undefined,
    record: SignalRecord,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const condition =
      known === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'lastObservedAt = :known',
            ExpressionAttributeValues: { ':known': known.lastObservedAt },
          };
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: { pk: `signals#${this.#region}`, sk: record.signal, ...record },
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

/** CloudWatch tells when an alarm changes and nothing in between: what it said last holds until it says otherwise. */
export function isLatched(signal: SignalKind): boolean {
  return signal === 'heartbeat-alarm';
}
