import {
  ConflictException,
  type Route53RecoveryClusterClient,
  UpdateRoutingControlStatesCommand,
} from '@aws-sdk/client-route53-recovery-cluster';
import type { RoutingControlState } from '../plan/traffic.ts';

/** One of a cluster's five endpoints. Its client has a short time-out and tries once: the next endpoint is the retry. */
export interface ClusterEndpoint {
  readonly region: string;
  readonly client: Pick<Route53RecoveryClusterClient, 'send'>;
}

export type SwitchResult =
  | { readonly outcome: 'switched'; readonly endpointRegion: string }
  /** A safety rule forbids it, or another update is under way; nothing was changed. */
  | { readonly outcome: 'conflict'; readonly reason: string };

/** Errors with which another endpoint would answer as well. https://docs.aws.amazon.com/routing-control/latest/APIReference/API_UpdateRoutingControlStates.html */
const everywhereTheSame = new Set([
  'AccessDeniedException',
  'ResourceNotFoundException',
  'ServiceLimitExceededException',
  'ValidationException',
]);

/** The endpoints as they are asked: one's own region first, the region that may be dying last. */
export function inOrderOfTrust<E extends { readonly region: string }>(
  endpoints: readonly E[],
  regions: { readonly own: string; readonly peer: string },
): readonly E[] {
  const rank = ({ region }: E) => (region === regions.own ? 0 : region === regions.peer ? 2 : 1);
  return endpoints.toSorted((a, b) => rank(a) - rank(b));
}

/**
 * Sets all routing controls in one call, through the first endpoint that answers. ARC knows no condition, so `guard` is
 * called before each attempt and throws when the epoch has moved: what can still go wrong is one request that was sent
 * before and arrives after a claim, at most an endpoint's time-out later (docs/adr/0010-routing-controls-have-no-epoch.md).
 * Throws the last endpoint's error when none of them took it.
 */
export async function switchRoutingControls(
  endpoints: readonly ClusterEndpoint[],
  states: ReadonlyMap<string, RoutingControlState>,
  guard: () => Promise<void>,
  signal?: AbortSignal,
): Promise<SwitchResult> {
  const command = new UpdateRoutingControlStatesCommand({
    UpdateRoutingControlStateEntries: [...states].map(([RoutingControlArn, RoutingControlState]) => ({
      RoutingControlArn,
      RoutingControlState,
    })),
  });
  let last: unknown = new RangeError('the plan names no endpoint of the routing controls’ cluster');
  for (const { region, client } of endpoints) {
    await guard();
    try {
      await client.send(command, { abortSignal: signal });
      return { outcome: 'switched', endpointRegion: region };
    } catch (error) {
      if (error instanceof ConflictException) return { outcome: 'conflict', reason: error.message };
      if (error instanceof Error && everywhereTheSame.has(error.name)) throw error;
      last = error;
    }
  }
  throw last;
}
