import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';

/** The last incident of a region: `pk` incident#<region>, `sk` current of the coordination table. */
export interface IncidentRecord {
  readonly incidentId: string;
  readonly phase: 'open' | 'confirmed' | 'started' | 'closed';
  /** ISO 8601 UTC: when the first signal that still holds began. */
  readonly openedAt: string;
  /** ISO 8601 UTC. */
  readonly closedAt?: string;
  /** `calmed`: the signals went away by themselves. */
  readonly closedAs?: 'calmed' | 'recovered' | 'held' | 'aborted';
}

const phasesBefore = { confirmed: ['open'], started: ['open', 'confirmed'] } as const;

/** Same estate and first signal, same id, whoever writes it. Fits an execution's name (80 characters) with its prefix. */
export function incidentIdOf(estate: string, openedAt: string): string {
  return `${estate}-${openedAt.replaceAll(/[-:.]/g, '')}`;
}

export class IncidentStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;
  readonly #estate: string;
  readonly #key: { readonly pk: string; readonly sk: string };

  constructor(options: {
    client: DynamoDBDocumentClient;
    tableName: string;
    estate: string;
    /** The region that is suspected. */
    region: string;
  }) {
    this.#client = options.client;
    this.#tableName = options.tableName;
    this.#estate = options.estate;
    this.#key = { pk: `incident#${options.region}`, sk: 'current' };
  }

  async current(signal?: AbortSignal): Promise<IncidentRecord | undefined> {
    const answer = await this.#client.send(
      new GetCommand({ TableName: this.#tableName, Key: this.#key, ConsistentRead: true }),
      { abortSignal: signal },
    );
    return answer.Item as IncidentRecord | undefined;
  }

  /**
   * The open incident; a new one when there is none. Signals that began before the last incident was closed belong to
   * that one, which a person has been told of: then the closed incident comes back and nothing is opened.
   */
  async open(openedAt: string, signal?: AbortSignal): Promise<IncidentRecord> {
    const incident: IncidentRecord = { incidentId: incidentIdOf(this.#estate, openedAt), phase: 'open', openedAt };
    const opened = await this.#conditionally(
      new PutCommand({
        TableName: this.#tableName,
        Item: { ...this.#key, ...incident },
        ConditionExpression: 'attribute_not_exists(pk) OR (phase = :closed AND closedAt < :openedAt)',
        ExpressionAttributeValues: { ':closed': 'closed', ':openedAt': openedAt },
      }),
      signal,
    );
    return opened ? incident : ((await this.current(signal)) ?? incident);
  }

  /** Moves an incident on; false when it has gone further or is another one by now. */
  advance(incidentId: string, phase: 'confirmed' | 'started', signal?: AbortSignal): Promise<boolean> {
    const before = phasesBefore[phase];
    const names = before.map((_, index) => `:before${index}`);
    return this.#conditionally(
      new UpdateCommand({
        TableName: this.#tableName,
        Key: this.#key,
        UpdateExpression: 'SET phase = :phase',
        ConditionExpression: `incidentId = :incidentId AND phase IN (${names.join(', ')})`,
        ExpressionAttributeValues: {
          ':phase': phase,
          ':incidentId': incidentId,
          ...Object.fromEntries(before.map((value, index) => [`:before${index}`, value])),
        },
      }),
      signal,
    );
  }

  /** Closes an incident once; `calmed` doesn't close one whose failover has been started. False: it is not this one's to close. */
  close(
    incidentId: string,
    as: NonNullable<IncidentRecord['closedAs']>,
    closedAt: string,
    signal?: AbortSignal,
  ): Promise<boolean> {
    return this.#conditionally(
      new UpdateCommand({
        TableName: this.#tableName,
        Key: this.#key,
        UpdateExpression: 'SET phase = :closed, closedAs = :as, closedAt = :closedAt',
        ConditionExpression: `incidentId = :incidentId AND phase <> :closed${as === 'calmed' ? ' AND phase <> :started' : ''}`,
        ExpressionAttributeValues: {
          ':closed': 'closed',
          ':as': as,
          ':closedAt': closedAt,
          ':incidentId': incidentId,
          ...(as === 'calmed' ? { ':started': 'started' } : {}),
        },
      }),
      signal,
    );
  }

  async #conditionally(command: PutCommand | UpdateCommand, signal: AbortSignal | undefined): Promise<boolean> {
    try {
      const options = { abortSignal: signal };
      if (command instanceof PutCommand) await this.#client.send(command, options);
      else await this.#client.send(command, options);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}
