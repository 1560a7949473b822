import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { NodeTarget } from './node-targets.ts';

/** What pre-warming for one incident changed, and what was before: `pk` prewarm, `sk` the incident, of the coordination table. */
export interface PrewarmRecord {
  readonly incidentId: string;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly nodeGroups: readonly NodeTarget[];
  /** Names in the plan of the clusters that got objects. */
  readonly clusters: readonly string[];
  /** Replicas of application pods that were started early, where the plan says `prewarm: pods`. */
  readonly workloads: readonly PrewarmedWorkload[];
}

export interface PrewarmedWorkload {
  readonly cluster: string;
  readonly kind: 'Deployment' | 'StatefulSet';
  readonly namespace: string;
  readonly name: string;
  readonly fromReplicas: number;
  readonly toReplicas: number;
  readonly autoscaler?: { readonly name: string; readonly fromMinimum: number };
}

const partition = 'prewarm';

export class PrewarmStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(options: { client: DynamoDBDocumentClient; tableName: string }) {
    this.#client = options.client;
    this.#tableName = options.tableName;
  }

  /** Written before anything is changed; the first record of an incident stays, because it knows how it was. */
  async begin(record: PrewarmRecord, signal?: AbortSignal): Promise<boolean> {
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: { pk: partition, sk: record.incidentId, ...record },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
        { abortSignal: signal },
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  /** Oldest first: what an older one found is how it was. */
  async list(signal?: AbortSignal): Promise<readonly PrewarmRecord[]> {
    const answer = await this.#client.send(
      new QueryCommand({
        TableName: this.#tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': partition },
        ConsistentRead: true,
      }),
      { abortSignal: signal },
    );
    const records = (answer.Items ?? []) as PrewarmRecord[];
    return records.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
  }

  async end(incidentId: string, signal?: AbortSignal): Promise<void> {
    await this.#client.send(new DeleteCommand({ TableName: this.#tableName, Key: { pk: partition, sk: incidentId } }), {
      abortSignal: signal,
    });
  }
}
