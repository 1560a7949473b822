import { type AuthorityRecord, yieldRequestAt } from '../authority/authority-record.ts';

export interface AuthorityStatus
  extends Pick<AuthorityRecord, 'epoch' | 'activeRegion' | 'phase' | 'claimedBy' | 'claimedAt' | 'lastFailoverAt'> {
  readonly leaseExpiresAt: string;
  /** Negative when it has run out. */
  readonly leaseSecondsLeft: number;
  /** Another region has asked for the lease, and its request still holds. */
  readonly yieldRequest?: { readonly requestedBy: string; readonly incidentId: string; readonly until: string };
}

export function authorityStatus(record: AuthorityRecord, nowMs: number): AuthorityStatus {
  const { epoch, activeRegion, phase, claimedBy, claimedAt, lastFailoverAt, leaseExpiresAt } = record;
  const request = yieldRequestAt(record, nowMs);
  return {
    epoch,
    activeRegion,
    phase,
    claimedBy,
    claimedAt,
    lastFailoverAt,
    leaseExpiresAt: new Date(leaseExpiresAt).toISOString(),
    leaseSecondsLeft: (leaseExpiresAt - nowMs) / 1000,
    yieldRequest: request && {
      requestedBy: request.requestedBy,
      incidentId: request.incidentId,
      until: new Date(request.untilMs).toISOString(),
    },
  };
}
