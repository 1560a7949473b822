import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type AuthorityRecord, leaseClockSkewMs, type YieldRequest, yieldRequestAt } from './authority-record.ts';

export type ClaimResult =
  | { readonly outcome: 'claimed'; readonly record: AuthorityRecord }
  | { readonly outcome: 'lease-held'; readonly record: AuthorityRecord }
  | { readonly outcome: 'stale'; readonly record: AuthorityRecord }
  | { readonly outcome: 'missing' };

export type ChangeResult =
  | { readonly outcome: 'done'; readonly record: AuthorityRecord }
  | { readonly outcome: 'stale'; readonly record: AuthorityRecord }
  | { readonly outcome: 'missing' };

export type RenewResult =
  | ChangeResult
  /** Another region asks for the lease: it runs out, or is given up by `giveUpLease`. */
  | { readonly outcome: 'asked-to-yield'; readonly record: AuthorityRecord; readonly request: YieldRequest };

/** For who only has to know which region is active. */
export interface AuthorityReader {
  /** The record by a strongly consistent read; undefined when the active region has never renewed its lease. */
  read(signal?: AbortSignal): Promise<AuthorityRecord | undefined>;
}

/**
 * The authority table: every change is one conditional write on `epoch`, which a table with multi-region strong
 * consistency decides by majority. Such tables refuse transactions and TTL
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html), so nothing here uses
 * them; ReplicatedWriteConflictException is retried by the SDK and, after that, by the caller.
 * A write whose answer was lost is repeated by the SDK and then fails its own condition: each method reads back and
 * tells «it was us» from «somebody else».
 */
export class Authority implements AuthorityReader {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;
  readonly #estate: string;

  constructor(options: { client: DynamoDBDocumentClient; tableName: string; estate: string }) {
    this.#client = options.client;
    this.#tableName = options.tableName;
    this.#estate = options.estate;
  }

  async read(signal?: AbortSignal): Promise<AuthorityRecord | undefined> {
    const answer = await this.#client.send(
      new GetCommand({ TableName: this.#tableName, Key: { estate: this.#estate }, ConsistentRead: true }),
      { abortSignal: signal },
    );
    return answer.Item as AuthorityRecord | undefined;
  }

  /** Creates the record with epoch 1, or gives the one that is there. */
  async bootstrap(
    first: { region: string; nowMs: number; leaseSeconds: number },
    signal?: AbortSignal,
  ): Promise<AuthorityRecord> {
    const now = new Date(first.nowMs).toISOString();
    const record: AuthorityRecord = {
      estate: this.#estate,
      epoch: 1,
      activeRegion: first.region,
      phase: 'serving',
      leaseExpiresAt: first.nowMs + first.leaseSeconds * 1000,
      claimedBy: 'bootstrap',
      claimedAt: now,
      servingSince: now,
    };
    const created = await this.#conditionally(
      new PutCommand({
        TableName: this.#tableName,
        Item: record,
        ConditionExpression: 'attribute_not_exists(estate)',
      }),
      signal,
    );
    return created ? record : ((await this.read(signal)) ?? record);
  }

  /**
   * Moves the lease's end to now + leaseSeconds, never back. `stale`: another region or epoch has taken over. Not while
   * another region asks for the lease.
   */
  async renew(
    lease: { region: string; epoch: number; nowMs: number; leaseSeconds: number },
    signal?: AbortSignal,
  ): Promise<RenewResult> {
    const leaseExpiresAt = lease.nowMs + lease.leaseSeconds * 1000;
    const renewed = await this.#conditionally(
      new UpdateCommand({
        TableName: this.#tableName,
        Key: { estate: this.#estate },
        UpdateExpression: 'SET leaseExpiresAt = :until',
        ConditionExpression:
          'epoch = :epoch AND activeRegion = :region AND leaseExpiresAt <= :until AND ' +
          '(attribute_not_exists(yieldRequest) OR yieldRequest.untilMs < :now)',
        ExpressionAttributeValues: {
          ':until': leaseExpiresAt,
          ':epoch': lease.epoch,
          ':region': lease.region,
          ':now': lease.nowMs,
        },
        ReturnValues: 'ALL_NEW',
      }),
      signal,
    );
    const result = await this.#change(renewed, lease, signal);
    const request = result.outcome === 'done' ? yieldRequestAt(result.record, lease.nowMs) : undefined;
    return result.outcome === 'done' && request !== undefined
      ? { outcome: 'asked-to-yield', record: result.record, request }
      : result;
  }

  /**
   * Asks the region that holds the lease to give it up: from now to `untilMs` it can't renew. Under a newer epoch nobody
   * is asked (`stale`); asking again moves the end.
   */
  async requestYield(
    asker: { region: string; observedEpoch: number; request: YieldRequest },
    signal?: AbortSignal,
  ): Promise<ChangeResult> {
    const asked = await this.#conditionally(
      new UpdateCommand({
        TableName: this.#tableName,
        Key: { estate: this.#estate },
        UpdateExpression: 'SET yieldRequest = :request',
        ConditionExpression: 'epoch = :epoch AND activeRegion <> :region',
        ExpressionAttributeValues: {
          ':request': asker.request,
          ':epoch': asker.observedEpoch,
          ':region': asker.region,
        },
        ReturnValues: 'ALL_NEW',
      }),
      signal,
    );
    const record = asked?.item ?? (await this.read(signal));
    if (record === undefined) return { outcome: 'missing' };
    return { outcome: asked === undefined ? 'stale' : 'done', record };
  }

  /** Takes the execution's own request back: the holder may renew again. */
  async withdrawYield(asker: { observedEpoch: number; executionArn: string }, signal?: AbortSignal): Promise<void> {
    await this.#conditionally(
      new UpdateCommand({
        TableName: this.#tableName,
        Key: { estate: this.#estate },
        UpdateExpression: 'REMOVE yieldRequest',
        ConditionExpression: 'epoch = :epoch AND yieldRequest.requestedBy = :execution',
        ExpressionAttributeValues: { ':epoch': asker.observedEpoch, ':execution': asker.executionArn },
      }),
      signal,
    );
  }

  /** Removes a request whose time is over: the epoch it asked for was never claimed. */
  async forgetYield(holder: { epoch: number; nowMs: number }, signal?: AbortSignal): Promise<void> {
    await this.#conditionally(
      new UpdateCommand({
        TableName: this.#tableName,
        Key: { estate: this.#estate },
        UpdateExpression: 'REMOVE yieldRequest',
        ConditionExpression: 'epoch = :epoch AND yieldRequest.untilMs < :now',
        ExpressionAttributeValues: { ':epoch': holder.epoch, ':now': holder.nowMs },
      }),
      signal,
    );
  }

  /** Ends the region's own lease now, because it was asked to. `stale`: nobody asks any more, or somebody has claimed. */
  async giveUpLease(
    lease: { region: string; epoch: number; nowMs: number },
    signal?: AbortSignal,
  ): Promise<ChangeResult> {
    const given = await this.#conditionally(
      new UpdateCommand({
        TableName: this.#tableName,
        Key: { estate: this.#estate },
        UpdateExpression: 'SET leaseExpiresAt = :now',
        ConditionExpression:
          'epoch = :epoch AND activeRegion = :region AND yieldRequest.untilMs >= :now AND leaseExpiresAt > :now',
        ExpressionAttributeValues: { ':now': lease.nowMs, ':epoch': lease.epoch, ':region': lease.region },
        ReturnValues: 'ALL_NEW',
      }),
      signal,
    );
    const record = given?.item ?? (await this.read(signal));
    if (record === undefined) return { outcome: 'missing' };
    // Given up before, by an attempt whose answer was lost.
    const isOver = record.epoch === lease.epoch && record.leaseExpiresAt <= lease.nowMs;
    return { outcome: isOver ? 'done' : 'stale', record };
  }

  /**
   * Takes the authority for `region` under epoch `observedEpoch` + 1, once the old lease and the clocks' skew are over. A
   * region's own lease holds nobody up: it keeps other regions out, and its functions renew it as long as they run.
   * The same execution asking again gets the record it made before.
   */
  async claim(
    claim: {
      region: string;
      observedEpoch: number;
      executionArn: string;
      incidentId: string;
      nowMs: number;
      leaseSeconds: number;
    },
    signal?: AbortSignal,
  ): Promise<ClaimResult> {
    const now = new Date(claim.nowMs).toISOString();
    const claimed = await this.#conditionally(
      new UpdateCommand({
        TableName: this.#tableName,
        Key: { estate: this.#estate },
        UpdateExpression:
          'SET epoch = :next, activeRegion = :region, phase = :claimed, leaseExpiresAt = :until, ' +
          'claimedBy = :execution, claimedAt = :now, lastFailoverAt = :now, incidentId = :incident ' +
          'REMOVE servingSince, yieldRequest',
        ConditionExpression: 'epoch = :observed AND (leaseExpiresAt < :over OR activeRegion = :region)',
        ExpressionAttributeValues: {
          ':next': claim.observedEpoch + 1,
          ':region': claim.region,
          ':claimed': 'claimed',
          ':until': claim.nowMs + claim.leaseSeconds * 1000,
          ':execution': claim.executionArn,
          ':incident': claim.incidentId,
          ':now': now,
          ':observed': claim.observedEpoch,
          ':over': claim.nowMs - leaseClockSkewMs,
        },
        ReturnValues: 'ALL_NEW',
      }),
      signal,
    );
    if (claimed?.item !== undefined) return { outcome: 'claimed', record: claimed.item };
    const record = await this.read(signal);
    if (record === undefined) return { outcome: 'missing' };
    if (record.epoch === claim.observedEpoch + 1 && record.claimedBy === claim.executionArn) {
      return { outcome: 'claimed', record };
    }
    return { outcome: record.epoch === claim.observedEpoch ? 'lease-held' : 'stale', record };
  }

  /** Lets `region` serve under `epoch`; asking again changes nothing, `servingSince` stays the first time. */
  async serve(service: { region: string; epoch: number; nowMs: number }, signal?: AbortSignal): Promise<ChangeResult> {
    const served = await this.#conditionally(
      new UpdateCommand({
        TableName: this.#tableName,
        Key: { estate: this.#estate },
        UpdateExpression: 'SET phase = :serving, servingSince = if_not_exists(servingSince, :now)',
        ConditionExpression: 'epoch = :epoch AND activeRegion = :region',
        ExpressionAttributeValues: {
          ':serving': 'serving',
          ':now': new Date(service.nowMs).toISOString(),
          ':epoch': service.epoch,
          ':region': service.region,
        },
        ReturnValues: 'ALL_NEW',
      }),
      signal,
    );
    return this.#change(served, service, signal);
  }

  async #change(
    written: { item: AuthorityRecord | undefined } | undefined,
    expected: { region: string; epoch: number },
    signal: AbortSignal | undefined,
  ): Promise<ChangeResult> {
    const record = written?.item ?? (await this.read(signal));
    if (record === undefined) return { outcome: 'missing' };
    // A renewal also fails its condition when an overlapping invocation has moved the lease further already.
    const ours = record.epoch === expected.epoch && record.activeRegion === expected.region;
    return { outcome: ours ? 'done' : 'stale', record };
  }

  /** Undefined when the condition did not hold. */
  async #conditionally(
    command: PutCommand | UpdateCommand,
    signal: AbortSignal | undefined,
  ): Promise<{ item: AuthorityRecord | undefined } | undefined> {
    try {
      const options = { abortSignal: signal };
      const answer =
        command instanceof PutCommand
          ? await this.#client.send(command, options)
          : await this.#client.send(command, options);
      return { item: answer.Attributes as AuthorityRecord | undefined };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }
}
