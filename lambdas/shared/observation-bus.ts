import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { awsClient } from './aws-client.ts';
import { DependencyUnavailableError } from './errors.ts';
import type { ObserverDependencies } from './observer.ts';

/** Puts observations on the default buses of regions, one client for each. DependencyUnavailableError where a bus refuses. */
export function observationBus(): ObserverDependencies['report'] {
  const buses = new Map<string, EventBridgeClient>();
  const busOf = (region: string) => {
    const bus = buses.get(region) ?? awsClient(EventBridgeClient, { region });
    buses.set(region, bus);
    return bus;
  };
  return async (toRegion, detail, signal) => {
    const entry = { Source: 'lifeboat', DetailType: 'Signal Observed', Detail: JSON.stringify(detail) };
    const answer = await busOf(toRegion).send(new PutEventsCommand({ Entries: [entry] }), { abortSignal: signal });
    const refused = answer.Entries?.find((result) => result.ErrorCode !== undefined);
    if (refused) throw new DependencyUnavailableError(`bus of ${toRegion}: ${refused.ErrorCode}`);
  };
}
