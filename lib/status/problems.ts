import type { AuthorityStatus } from './authority-status.ts';
import type { CaptureStatus } from './capture-status.ts';
import type { RegionStatus, SilentRegion } from './region-status.ts';

export interface StatusFacts {
  readonly authority: AuthorityStatus | null;
  /** A sentence where the table can't be read; null where no region would take over. */
  readonly captures: CaptureStatus | string | null;
  readonly regions: readonly (RegionStatus | SilentRegion)[];
}

/** What keeps an estate from being well, in sentences, the worst first. */
export function problemsOf({ authority, captures, regions }: StatusFacts): readonly string[] {
  const found = [
    ...ofAuthority(authority),
    ...regions.flatMap((region) => ('unreadable' in region ? region.unreadable : ofRegion(region))),
    ...(captures === null ? [] : ofCaptures(captures)),
  ];
  // A region that is dark fails every question alike.
  return [...new Set(found)];
}

function ofAuthority(authority: AuthorityStatus | null): string[] {
  if (authority === null) return ['no region has ever been active: its lease was never renewed'];
  const { activeRegion, epoch, phase, leaseSecondsLeft, leaseExpiresAt, yieldRequest } = authority;
  return [
    ...(leaseSecondsLeft <= 0
      ? [`the lease of ${activeRegion} ran out at ${leaseExpiresAt}: it does not renew it`]
      : []),
    ...(phase === 'claimed' ? [`${activeRegion} has claimed epoch ${epoch} and does not serve yet`] : []),
    ...(yieldRequest === undefined ? [] : [`${activeRegion} is asked for its lease, until ${yieldRequest.until}`]),
  ];
}

function ofRegion({ region, observes, incident, failover }: RegionStatus): string[] {
  const isOpen = incident !== undefined && incident.phase !== 'closed';
  return [
    ...(isOpen
      ? [`incident ${incident.incidentId} of ${observes} is ${incident.phase} since ${incident.openedAt}`]
      : []),
    ...(failover === undefined ? [] : [`a failover to ${region} runs: ${failover.executionArn}`]),
  ];
}

function ofCaptures(captures: CaptureStatus | string): string[] {
  if (typeof captures === 'string') return [captures];
  const { region, limitSeconds } = captures;
  return captures.applications
    .filter(({ isTooOld }) => isTooOld)
    .map(({ name, ageSeconds }) =>
      ageSeconds === null
        ? `${region} was never told how much of ${name} runs`
        : `what ${region} knows of ${name} is ${Math.round(ageSeconds)} s old, allowed are ${limitSeconds} s`,
    );
}
