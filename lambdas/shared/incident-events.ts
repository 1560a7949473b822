import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import * as z from 'zod';
import { awsClient } from './aws-client.ts';
import { DependencyUnavailableError } from './errors.ts';

/** An incident has its first signal: what is reversible may begin. On the default bus of the region that would take over. */
export const incidentSuspected = z.object({
  'detail-type': z.literal('Incident Suspected'),
  source: z.literal('lifeboat'),
  detail: z.object({
    incidentId: z.string(),
    /** The region that is suspected. */
    region: z.string(),
    suspectedAt: z.iso.datetime(),
  }),
});

export const incidentClosed = z.object({
  'detail-type': z.literal('Incident Closed'),
  source: z.literal('lifeboat'),
  detail: z.object({
    incidentId: z.string(),
    region: z.string(),
    outcome: z.enum(['calmed', 'recovered', 'held', 'aborted']),
  }),
});

/** Another region asks this one, which is alive, for its lease. On the default bus of the region that is asked. */
export const yieldRequested = z.object({
  'detail-type': z.literal('Yield Requested'),
  source: z.literal('lifeboat'),
  detail: z.object({
    incidentId: z.string(),
    /** The region that is asked. */
    region: z.string(),
    until: z.iso.datetime(),
  }),
});

type IncidentEvent =
  | z.output<typeof incidentSuspected>
  | z.output<typeof incidentClosed>
  | z.output<typeof yieldRequested>;
type Announced<Type> = Extract<IncidentEvent, { 'detail-type': Type }>['detail'];

/** Puts an event of an incident on the region's own default bus. DependencyUnavailableError where the bus refuses it. */
export interface IncidentEvents {
  announce<Type extends IncidentEvent['detail-type']>(
    type: Type,
    detail: Announced<Type>,
    signal?: AbortSignal,
  ): Promise<void>;
}

export function incidentEvents(region: string): IncidentEvents {
  const client = awsClient(EventBridgeClient, { region });
  return {
    announce: async (type, detail, signal) => {
      const entry = { Source: 'lifeboat', DetailType: type, Detail: JSON.stringify(detail) };
      const answer = await client.send(new PutEventsCommand({ Entries: [entry] }), { abortSignal: signal });
      const refused = answer.Entries?.find((result) => result.ErrorCode !== undefined);
      if (refused) throw new DependencyUnavailableError(`bus of ${region}: ${refused.ErrorCode}`);
    },
  };
}
