import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { IncidentRecord } from './incident-store.ts';

/** What AWS Health last said of one of its events. No signal: it comes late, and nobody can tell how it came about. */
export interface HealthIssue {
  readonly eventArn: string;
  /** `EC2`, `MULTIPLE_SERVICES`. */
  readonly service: string;
  /** `AWS_EC2_OPERATIONAL_ISSUE` */
  readonly eventTypeCode: string;
  readonly status: 'open' | 'closed';
  /** ISO 8601 UTC: when it began, by AWS's word. */
  readonly startedAt: string;
  /** ISO 8601 UTC: when it ended, by AWS's word. */
  readonly endedAt?: string;
  /** ISO 8601 UTC: when AWS last changed what it says. */
  readonly updatedAt: string;
}

/** Partition of the coordination table with what is known of a region: signals and, beside them, issues. */
export function signalsPartition(region: string): string {
  return `signals#${region}`;
}

const sortKeyPrefix = 'aws-health#';

export function isHealthIssue(item: object): item is HealthIssue {
  return 'sk' in item && String(item.sk).startsWith(sortKeyPrefix);
}

/** Long after anybody asks; an update keeps an event for as long again. */
const keptSeconds = 90 * 86_400;

/** Keeps issues in the coordination table. Copies, repetitions and late updates of an event change nothing. */
export class HealthIssues {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(options: { client: DynamoDBDocumentClient; tableName: string }) {
    this.#client = options.client;
    this.#tableName = options.tableName;
  }

  /** False: this or something newer of the event is known. `region`: the region that the event is about. */
  async keep(region: string, issue: HealthIssue, signal?: AbortSignal): Promise<boolean> {
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: {
            pk: signalsPartition(region),
            sk: `${sortKeyPrefix}${issue.eventArn}`,
            ...issue,
            expiresAtSeconds: Math.ceil(Date.parse(issue.updatedAt) / 1000) + keptSeconds,
          },
          ConditionExpression: 'attribute_not_exists(pk) OR updatedAt < :updatedAt',
          ExpressionAttributeValues: { ':updatedAt': issue.updatedAt },
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

/** Does an issue belong to an incident's history? It does when the two overlap in time, by AWS's word and by ours. */
export function concerns(
  issue: Pick<HealthIssue, 'status' | 'startedAt' | 'endedAt' | 'updatedAt'>,
  incident: Pick<IncidentRecord, 'openedAt' | 'closedAt'>,
): boolean {
  const { status, startedAt, endedAt, updatedAt } = issue;
  const beganBefore = incident.closedAt === undefined || startedAt <= incident.closedAt;
  return beganBefore && (status === 'open' || (endedAt ?? updatedAt) >= incident.openedAt);
}
