import * as z from 'zod';
import { defineContract } from '../shared/contract.ts';

/** Health writes RFC 1123 dates: `Wed, 15 Feb 2023 22:07:07 GMT`. */
const date = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'is no date');

/**
 * As much of an event of AWS Health as is kept. Source: AWS Health user guide, "Reference: AWS Health events Amazon
 * EventBridge schema".
 */
export const healthEvent = z.object({
  'detail-type': z.literal('AWS Health Event'),
  source: z.literal('aws.health'),
  id: z.string(),
  /** When the notification was sent. */
  time: z.iso.datetime(),
  detail: z.object({
    eventArn: z.string().min(1),
    service: z.string(),
    eventTypeCode: z.string(),
    eventTypeCategory: z.literal('issue'),
    statusCode: z.enum(['open', 'closed']),
    /** The region that the event is about. `region` of the envelope is where it was delivered. */
    eventRegion: z.string(),
    startTime: date,
    endTime: date.optional(),
    lastUpdatedTime: date.optional(),
  }),
});

/**
 * Keeps what AWS Health says of the other region, beside its signals, and writes it into the journal of the region's last
 * incident where the two overlap in time: AWS's first word may come when the failover is over. It can start nothing: no
 * permission lets it, and no quorum asks for it. One event comes as several: both copies (the affected and the backup
 * region's), pages, updates; of all with one `eventArn` the newest counts.
 * Calls: dynamodb:GetItem, PutItem on coordination; PutItem, Query on journal.
 */
export const contract = defineContract({
  name: 'note-health',
  input: healthEvent,
  output: z.object({ outcome: z.enum(['noted', 'known']) }),
  environment: z.object({ ESTATE: z.string(), COORDINATION_TABLE: z.string(), JOURNAL_TABLE: z.string() }),
});
