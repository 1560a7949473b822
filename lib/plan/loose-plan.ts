import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { patterns, trafficModes } from './plan.ts';

const text = z.string().optional().catch(undefined);
const texts = z.array(text).catch([]);
const count = z.number().optional().catch(undefined);
const seconds = text.transform((value) => (value === undefined ? undefined : parseDuration(value)));
const byRegion = z.record(z.string(), z.unknown()).catch({});

const nodeGroup = z.object({ name: text, minSize: count, maxSize: count }).catch({});
const cluster = z
  .object({
    name: text,
    regions: z
      .record(z.string(), z.object({ nodeGroups: z.array(nodeGroup).catch([]) }).catch({ nodeGroups: [] }))
      .catch({}),
  })
  .catch({ regions: {} });

const dataStore = z
  .object({
    name: text,
    kind: text,
    replication: z.object({ lag: seconds }).optional().catch(undefined),
    globalCluster: text,
    clusters: byRegion.optional().catch(undefined),
    lossBudget: seconds,
  })
  .catch({ replication: undefined, clusters: undefined, lossBudget: undefined });

const dnsName = z
  .object({
    name: text,
    ttl: seconds,
    zone: z.object({ name: text }).catch({ name: undefined }),
    targets: byRegion.optional().catch({}),
    traffic: z.enum(trafficModes).optional().catch(undefined),
    routingControls: byRegion.optional().catch({}),
  })
  .catch({ zone: {}, ttl: undefined });

const check = z.object({ namespace: text }).catch({});

const emptyApplication = {
  name: undefined,
  cluster: undefined,
  namespaces: [],
  selector: {},
  rpo: undefined,
  rto: undefined,
  dependsOn: [],
  dataStores: [],
  dns: [],
  checks: [],
};

const application = z
  .object({
    name: text,
    cluster: z.unknown().optional(),
    namespaces: texts,
    selector: z.record(z.string(), z.string()).catch({}),
    rpo: seconds,
    rto: seconds,
    prewarm: text,
    pattern: z.enum(patterns).optional().catch(undefined),
    dependsOn: texts,
    dataStores: z.array(dataStore).catch([]),
    dns: z.array(dnsName).catch([]),
    checks: z.array(check).catch([]),
  })
  .catch(emptyApplication);

const degradationMetric = z.object({ namespace: text }).optional().catch({ namespace: undefined });

const detection = z
  .object({
    signals: z.array(z.unknown()).optional().catch(undefined),
    quorum: count,
    confirmation: seconds,
    route53: z.unknown().optional(),
    awsHealth: z.unknown().optional(),
    degradation: z
      .object({ for: seconds, errors: degradationMetric, latency: degradationMetric })
      .optional()
      .catch(undefined),
    probe: z
      .object({ interval: seconds, timeout: seconds, slowAfter: seconds, urls: byRegion.optional().catch(undefined) })
      .catch({ interval: undefined, timeout: undefined, slowAfter: undefined, urls: undefined }),
  })
  .catch({ confirmation: undefined, probe: { interval: undefined, timeout: undefined, slowAfter: undefined } });

const emptyApproval = {
  mode: undefined,
  remindAfter: undefined,
  escalateAfter: undefined,
  expireAfter: undefined,
};
const approval = z
  .object({ mode: text, remindAfter: seconds, escalateAfter: seconds, expireAfter: seconds })
  .catch(emptyApproval);

const notification = z.object({ emails: texts, escalationEmails: texts }).catch({ emails: [], escalationEmails: [] });

/**
 * As much of a plan as can be made out, however broken the rest is, so that rules which look across the plan
 * find their mistakes in the same run as the schema finds its own. What can't be read is undefined or empty.
 */
const loosePlanSchema = z
  .object({
    regions: z.object({ active: text, standby: text, witness: text }).catch({}),
    clusters: z.array(cluster).catch([]),
    platform: z
      .object({
        components: z.array(z.object({ cluster: z.unknown().optional() }).catch({ cluster: undefined })).catch([]),
      })
      .catch({ components: [] }),
    applications: z.array(application).catch([]),
    authority: z.object({ kind: text, lease: seconds }).catch({ lease: undefined }),
    detection,
    routingControlCluster: z
      .object({
        endpoints: z
          .array(z.object({ region: text, url: text }).catch({}))
          .optional()
          .catch(undefined),
      })
      .optional()
      .catch({ endpoints: undefined }),
    approval: approval.prefault({}),
    notification: notification.prefault({ emails: [], escalationEmails: [] }),
  })
  .catch({
    regions: {},
    clusters: [],
    platform: { components: [] },
    applications: [],
    authority: { lease: undefined },
    detection: { confirmation: undefined, probe: { interval: undefined, timeout: undefined, slowAfter: undefined } },
    approval: emptyApproval,
    notification: { emails: [], escalationEmails: [] },
  });

export type LoosePlan = z.output<typeof loosePlanSchema>;
export type LooseApplication = LoosePlan['applications'][number];

export function loosePlan(raw: unknown): LoosePlan {
  return loosePlanSchema.parse(raw);
}
