import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { WorkloadName } from './cluster-api.ts';

/** A workload of the ingress, and how many replicas it had when it was closed. */
export interface ClosedWorkload extends WorkloadName {
  /** Name of the cluster in the plan. */
  readonly cluster: string;
  readonly replicas: number;
}

/** How the ingress was before it was closed: `pk` ingress, `sk` closed of the coordination table. */
export interface ClosedIngress {
  /** ISO 8601 UTC. */
  readonly closedAt: string;
  readonly workloads: readonly ClosedWorkload[];
}

const key = { pk: 'ingress', sk: 'closed' };

export class ClosedIngressStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(options: { client: DynamoDBDocumentClient; tableName: string }) {
    this.#client = options.client;
    this.#tableName = options.tableName;
  }

  async read(signal?: AbortSignal): Promise<ClosedIngress | undefined> {
    const answer = await this.#client.send(
      new GetCommand({ TableName: this.#tableName, Key: key, ConsistentRead: true }),
      { abortSignal: signal },
    );
    return answer.Item as ClosedIngress | undefined;
  }

  /** Written before anything is closed; the first record stays, because it knows how it was. */
  async begin(closed: ClosedIngress, signal?: AbortSignal): Promise<void> {
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: { ...key, ...closed },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
        { abortSignal: signal },
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  async end(signal?: AbortSignal): Promise<void> {
    await this.#client.send(new DeleteCommand({ TableName: this.#tableName, Key: key }), { abortSignal: signal });
  }
}
