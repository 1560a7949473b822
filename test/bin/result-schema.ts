import { z } from 'zod';

const seconds = z.number().nonnegative();
const targets = {
  rtoTargetSeconds: seconds,
  rtoSeconds: seconds.nullable(),
  rpoTargetSeconds: seconds,
  rpoSeconds: seconds.nullable(),
  met: z.boolean(),
};

/** What scripts are promised of `lifeboat rehearse --json`: these members and no others. */
export const resultSchema = z.strictObject({
  scenario: z.string(),
  seed: z.int().nonnegative(),
  amendment: z.string().min(1).nullable(),
  expected: z.enum(['recovered', 'held']),
  outcome: z.enum(['recovered', 'held', 'failed']),
  ok: z.boolean(),
  reason: z.string().min(1),
  execution: z
    .strictObject({
      stateMachine: z.string(),
      name: z.string(),
      status: z.enum(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'RUNNING']),
      states: z.array(z.string()).min(1),
      historyEvents: z.int().min(1).max(25_000),
    })
    .nullable(),
  platform: z.strictObject(targets),
  applications: z.array(
    z.strictObject({
      name: z.string(),
      wave: z.int().positive(),
      pattern: z.enum(['backup-restore', 'pilot-light', 'warm-standby', 'active-active']),
      ...targets,
      reason: z.string().min(1).nullable(),
      remedy: z.string().min(1).nullable(),
    }),
  ),
  rto: z.strictObject({
    seconds: seconds.nullable(),
    lowerBoundSeconds: seconds,
    criticalPath: z.array(z.strictObject({ step: z.string(), seconds })),
  }),
  clients: z.strictObject({
    requests: z.int().positive(),
    failed: z.int().nonnegative(),
    firstFailureAt: z.iso.datetime().nullable(),
    lastFailureAt: z.iso.datetime().nullable(),
  }),
  staleClients: z.array(
    z.strictObject({
      kind: z.enum(['minimum-ttl', 'kept-address']),
      requests: z.int().nonnegative(),
      failed: z.int().nonnegative(),
      rtoSeconds: seconds.nullable(),
    }),
  ),
  calls: z.strictObject({
    total: z.int().positive(),
    denied: z.int().nonnegative(),
    byService: z.record(z.string(), z.int().positive()),
  }),
  alarms: z.array(z.strictObject({ at: z.iso.datetime(), region: z.string(), name: z.string() })),
  notifications: z.array(
    z.strictObject({
      at: z.iso.datetime(),
      region: z.string(),
      severity: z.enum(['info', 'page']),
      kind: z.string().nullable(),
      incidentId: z.string().nullable(),
      subject: z.string().min(1).max(100),
    }),
  ),
  invariants: z.strictObject({
    checked: z.int().positive(),
    broken: z.array(z.strictObject({ rule: z.int(), at: z.iso.datetime(), detail: z.string() })),
  }),
});
