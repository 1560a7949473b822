import * as z from 'zod';
import type { JournalKind } from '../../lib/evidence/journal-details.ts';
import { defineContract } from '../shared/contract.ts';

/**
 * Entries of the journal that people are told of here. Endings and questions aren't among them: whoever writes those tells
 * by itself and fails where it can't, because they may be pages.
 */
export const toldKinds = [
  'incident-opened',
  'incident-calmed',
  'lock-acquired',
  'lock-refused',
  'approval-answered',
  'abort-requested',
  'yield-requested',
  'ingress-closed',
  'ingress-opened',
  'authority-claimed',
  'data-promoted',
  'wave-ready',
  'traffic-shifted',
] as const satisfies readonly JournalKind[];

/**
 * Tells the operators of every change of state that needs nobody: reads the stream of the region's journal (event source
 * mapping, filtered by `toldKinds`), and the incident's journal up to the entry. Each entry is told once, however often its
 * record comes. A failure leaves the whole batch to Lambda, which tries again and splits it.
 * Calls: dynamodb:Query on journal; UpdateItem on coordination; sns:Publish on the operators topic. Lambda reads the
 * stream with the same role: dynamodb:DescribeStream, GetRecords, GetShardIterator, ListStreams.
 */
export const contract = defineContract({
  name: 'notify-operators',
  input: z.object({
    Records: z.array(
      z.object({
        dynamodb: z.object({
          NewImage: z.object({
            incidentId: z.object({ S: z.string() }),
            sequence: z.object({ N: z.string() }),
          }),
        }),
      }),
    ),
  }),
  output: z.object({ told: z.int() }),
  environment: z.object({
    PLAN_FILE: z.string(),
    COORDINATION_TABLE: z.string(),
    JOURNAL_TABLE: z.string(),
    OPERATORS_TOPIC_ARN: z.string(),
    /** Function URL of record-approval: where a failover is aborted. */
    APPROVAL_URL: z.string(),
  }),
});
