/** The record of which region is active. One item of the authority table, key `estate`. */
export interface AuthorityRecord {
  readonly estate: string;
  /** Whole number that only grows; every effect of a failover is made under it. */
  readonly epoch: number;
  readonly activeRegion: string;
  /** `claimed`: the region may fence, promote and scale, but serves nobody yet. */
  readonly phase: 'claimed' | 'serving';
  /** Epoch milliseconds, whole. Until then no other region may claim. */
  readonly leaseExpiresAt: number;
  /** ARN of the execution that claimed the epoch; `bootstrap` for the first one. */
  readonly claimedBy: string;
  /** ISO 8601 UTC. */
  readonly claimedAt: string;
  /** ISO 8601 UTC; absent while there has been no failover. */
  readonly lastFailoverAt?: string;
  /** ISO 8601 UTC; absent while the phase is `claimed`. */
  readonly servingSince?: string;
  /** The incident for which the epoch was claimed; absent in the first record. */
  readonly incidentId?: string;
  /** Another region has asked the holder to give its lease up; absent: nobody has. */
  readonly yieldRequest?: YieldRequest;
}

/** Asks a region that is alive and not well for its lease. It keeps the lease from being renewed, not from running. */
export interface YieldRequest {
  /** ARN of the execution that asks. */
  readonly requestedBy: string;
  readonly incidentId: string;
  /**
   * Epoch milliseconds, whole. Afterwards the request is void, so that a failover which ended on its way leaves a
   * region that can renew.
   */
  readonly untilMs: number;
}

/**
 * How far the clocks of two regions' functions may be apart when a lease is judged. Lambda's hosts follow the Amazon
 * Time Sync Service, which keeps them within a millisecond of UTC outside a leap second
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/set-time.html); a second leaves room for a write that was
 * stamped before it waited for its majority.
 */
export const leaseClockSkewMs = 1000;

/** The request to yield that holds now. */
export function yieldRequestAt(record: AuthorityRecord, nowMs: number): YieldRequest | undefined {
  return record.yieldRequest !== undefined && record.yieldRequest.untilMs >= nowMs ? record.yieldRequest : undefined;
}

/** First instant, in epoch milliseconds, at which another region's claim can succeed. */
export function claimableFromMs(record: AuthorityRecord): number {
  return record.leaseExpiresAt + leaseClockSkewMs + 1;
}

/** ISO 8601 end of the block period in which no automatic failover may start; undefined when it does not hold now. */
export function blockedUntil(record: AuthorityRecord, blockSeconds: number, nowMs: number): string | undefined {
  if (record.lastFailoverAt === undefined) return undefined;
  const untilMs = Date.parse(record.lastFailoverAt) + blockSeconds * 1000;
  return untilMs > nowMs ? new Date(untilMs).toISOString() : undefined;
}
