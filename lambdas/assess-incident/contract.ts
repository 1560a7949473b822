import * as z from 'zod';
import { defineContract } from '../shared/contract.ts';

export const signalObserved = z.object({
  'detail-type': z.literal('Signal Observed'),
  source: z.literal('lifeboat'),
  id: z.string(),
  time: z.iso.datetime(),
  detail: z.object({
    signal: z.enum(['probe-standby', 'probe-witness', 'route53-checkers', 'operator']),
    /** The region that was observed. */
    region: z.string(),
    /** `unknown`: the observer has no data of its own. */
    state: z.enum(['healthy', 'unhealthy', 'unknown']),
    observedAt: z.iso.datetime(),
    reason: z.string().optional(),
  }),
});

export const alarmStateChange = z.object({
  'detail-type': z.literal('CloudWatch Alarm State Change'),
  source: z.literal('aws.cloudwatch'),
  id: z.string(),
  time: z.iso.datetime({ offset: true }),
  detail: z.object({
    alarmName: z.string(),
    state: z.object({ value: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']), timestamp: z.string() }),
  }),
});

/**
 * Takes every observation (EventBridge rules: `Signal Observed`, and state changes of this region's heartbeat and application alarms),
 * keeps the signals' last state, opens and closes incidents, and starts the failover (execution name
 * `failover-epoch-<epoch + 1>-<incident id>`) when the quorum has held through the confirmation window.
 * Pages the operators when an incident is suspected for the whole window and no quorum comes together, when the plan
 * asks for a manual start, and when the block period holds. Acts only in a region that is not active.
 * Duplicate and late events change nothing.
 * Calls: dynamodb:GetItem on authority; GetItem, Query, PutItem, UpdateItem on coordination; PutItem, Query on journal;
 * events:PutEvents on the own default bus (`Incident Suspected` once per incident, `Incident Closed` when it calms);
 * cloudwatch:DescribeAlarms; sns:Publish on the operators topic; states:StartExecution on the failover machine.
 */
export const contract = defineContract({
  name: 'assess-incident',
  input: z.discriminatedUnion('detail-type', [signalObserved, alarmStateChange]),
  output: z.object({
    decision: z.enum([
      'not-mine',
      'stale',
      'quiet',
      'recovering',
      'suspected',
      'held',
      'blocked',
      'needs-operator',
      'started',
    ]),
    incidentId: z.string().optional(),
    unhealthySignals: z.array(z.string()),
  }),
  environment: z.object({
    PLAN_FILE: z.string(),
    AUTHORITY_TABLE: z.string(),
    AUTHORITY_REGION: z.string(),
    COORDINATION_TABLE: z.string(),
    JOURNAL_TABLE: z.string(),
    OPERATORS_TOPIC_ARN: z.string(),
    FAILOVER_STATE_MACHINE_ARN: z.string(),
  }),
});
