import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { type Format, formats } from './formats.ts';
import { defaultSignals, patterns, platformRoles, signalKinds, trafficModes } from './plan.ts';

const text = (description: string) => z.string().min(1).describe(description);
const formatted = (format: Format, description: string) => z.string().regex(format.pattern).describe(description);

/** A duration as people write it, whole seconds once parsed. */
const duration = (description: string) =>
  formatted(formats.duration, `${description} A duration: 30s, 15m, 1h30m.`).transform(
    (value) => parseDuration(value) ?? 0,
  );

const regionName = (description: string) => text(`${description} An AWS region, like eu-central-1.`);

const regions = z
  .strictObject({
    active: regionName('Where the estate serves clients today.'),
    standby: regionName('Where it comes up when the active region dies.'),
    witness: regionName('Third region that decides when the two can not hear each other.'),
  })
  .describe('The three regions of the estate, all different.');

const nodeGroup = z.strictObject({
  name: text('Name of the managed node group.'),
  minSize: z.int().min(0).describe('Nodes that are there before a disaster.'),
  maxSize: z
    .int()
    .min(1)
    .describe('Most nodes Lifeboat may ask for. Too few and the failover is refused for want of room.'),
  instanceType: text('EC2 instance type, like m6i.xlarge.'),
});

const eksCluster = z.strictObject({
  kind: z.literal('eks').describe('A managed control plane.'),
  name: formatted(formats.name, 'Name of the cluster in this plan.'),
  regions: z
    .record(
      z.string(),
      z.strictObject({
        clusterName: text('The EKS cluster’s own name in this region.'),
        autoscaler: z
          .enum(['none', 'cluster-autoscaler', 'karpenter', 'auto-mode'])
          .default('none')
          .describe('Who adds nodes. none: Lifeboat sets the node groups’ desired size.'),
        nodeGroups: z
          .array(nodeGroup)
          .default([])
          .describe('Managed node groups; empty where Karpenter or Auto Mode makes nodes.'),
      }),
    )
    .describe('By region name: the cluster in the active and in the standby region.'),
});

const selfManagedCluster = z.strictObject({
  kind: z.literal('self-managed').describe('A control plane of one’s own: kOps, kubeadm, RKE2.'),
  name: formatted(formats.name, 'Name of the cluster in this plan.'),
  regions: z
    .record(
      z.string(),
      z.strictObject({
        apiEndpoint: formatted(formats.url, 'URL of the API server.'),
        etcdEndpoints: z.array(formatted(formats.url, 'URL of an etcd member.')).min(1),
      }),
    )
    .describe('By region name: the cluster in the active and in the standby region.'),
});

const cluster = z.discriminatedUnion('kind', [eksCluster, selfManagedCluster]);

const platform = z
  .strictObject({
    rpo: duration('Most data the platform may lose.'),
    rto: duration('Longest time until the platform stands in the standby region.'),
    components: z
      .array(
        z.strictObject({
          role: z.enum(platformRoles).describe('What the component is for.'),
          name: text('Name for reports.'),
          cluster: z
            .string()
            .optional()
            .describe('Name of a cluster of this plan; may be left out where there is one.'),
          namespaces: z
            .array(text('A namespace.'))
            .default([])
            .describe('Where its workloads run; empty for a managed one.'),
        }),
      )
      .min(1)
      .describe('What every application stands on.'),
  })
  .transform(({ rpo, rto, ...rest }) => ({ ...rest, rpoSeconds: rpo, rtoSeconds: rto }))
  .describe('Wave 0: recovered before any application, with targets of its own.');

const declaredStore = z
  .strictObject({
    name: text('Name for reports.'),
    kind: z
      .enum(['in-cluster', 'external'])
      .describe('in-cluster: volume claims of the application. external: outside the clusters.'),
    workload: formatted(
      formats.workload,
      'The workload the store lives in, as kind/name. Absent: all claims.',
    ).optional(),
    replication: z
      .strictObject({
        by: text('What replicates, like dynamodb-global-table or s3-crr.'),
        lag: duration('How far the copy may be behind.'),
      })
      .transform(({ by, lag }) => ({ by, lagSeconds: lag }))
      .optional()
      .describe('What keeps the standby region’s copy current and lets it take writes there. Absent: nothing does.'),
  })
  .describe('Where the application keeps its data.');

const auroraGlobalStore = z
  .strictObject({
    name: text('Name for reports.'),
    kind: z.literal('aurora-global').describe('An Aurora global database, which a failover promotes.'),
    globalCluster: formatted(formats.rdsIdentifier, 'Identifier of the global cluster.'),
    clusters: z
      .record(z.string(), formatted(formats.rdsIdentifier, 'Identifier of the DB cluster in this region.'))
      .describe('By region name: the DB cluster in the active and in the standby region.'),
    lossBudget: duration(
      'Most data that a failover may lose without a human agreeing. Default: the application’s rpo.',
    ).optional(),
    acceptUnprovedFence: z
      .boolean()
      .default(false)
      .describe('Promote it although nothing proves that the old writer is fenced. false: a human must agree.'),
  })
  .describe('An Aurora global database.');

const dataStore = z.discriminatedUnion('kind', [declaredStore, auroraGlobalStore]);

/** A store's loss budget is its application's RPO unless it says otherwise. */
function withLossBudget(store: z.output<typeof dataStore>, rpoSeconds: number) {
  if (store.kind !== 'aurora-global') return store;
  const { lossBudget, ...rest } = store;
  return { ...rest, lossBudgetSeconds: lossBudget ?? rpoSeconds };
}

const dnsName = z
  .strictObject({
    name: formatted(formats.hostName, 'The name clients resolve.'),
    traffic: z
      .enum(trafficModes)
      .default('health-state')
      .describe(
        'How traffic moves. health-state: records that are there already follow the decision. record-change: the record is changed by Route 53’s control plane in us-east-1, a degraded mode. routing-control: ARC.',
      ),
    zone: z.strictObject({
      name: formatted(formats.hostName, 'Name of the Route 53 zone that holds the record.'),
      hostedZoneId: formatted(formats.hostedZoneId, 'Id of that zone.'),
    }),
    ttl: duration('How long a resolver may keep the answer.').prefault('60s'),
    targets: z
      .record(z.string(), formatted(formats.hostName, 'Host name of the load balancer in this region.'))
      .describe('By region name: what the name points to there.'),
    routingControls: z
      .record(z.string(), formatted(formats.routingControlArn, 'ARN of a routing control.'))
      .optional()
      .describe('By region name: the routing control that lets the region serve. Only with traffic: routing-control.'),
  })
  .transform(({ ttl, ...rest }) => ({ ...rest, ttlSeconds: ttl }));

const routingControlCluster = z
  .strictObject({
    endpoints: z
      .array(
        z.strictObject({
          region: regionName('Where the endpoint is.'),
          url: formatted(formats.url, 'URL of the endpoint.'),
        }),
      )
      .describe(
        'All five endpoints of the cluster, as `aws route53-recovery-control-config describe-cluster` has them.',
      ),
  })
  .describe('The ARC cluster of the routing controls. Only with names in mode routing-control.');

const readinessCheck = z
  .strictObject({
    kind: z.literal('http').default('http'),
    namespace: formatted(formats.name, 'Namespace of the Service.'),
    service: formatted(formats.name, 'Name of the Service.'),
    port: z.int().min(1).max(65_535).describe('Port of the Service.'),
    path: formatted(formats.path, 'What is asked for.').default('/'),
    expectStatus: z.int().min(100).max(599).default(200).describe('The HTTP status that means ready.'),
  })
  .describe('Asked through the API server’s service proxy before traffic moves.');

const application = z
  .strictObject({
    name: formatted(formats.name, 'Name of the application.'),
    owner: z
      .strictObject({ name: text('Team.'), contact: text('Who is called at night.') })
      .describe('Who answers for it.'),
    cluster: z.string().optional().describe('Name of a cluster of this plan; may be left out where there is one.'),
    namespaces: z.array(formatted(formats.name, 'A namespace.')).min(1).describe('Namespaces that hold its objects.'),
    selector: z
      .record(z.string(), z.string())
      .default({})
      .describe('Labels an object must carry to belong to the application. Empty: everything in the namespaces.'),
    tier: z.literal([1, 2, 3, 4]).describe('1 is missed first.'),
    rpo: duration('Recovery point objective: most data it may lose.'),
    rto: duration('Recovery time objective: longest time until clients are served again.'),
    pattern: z.enum(patterns).describe('How it comes up in the standby region.'),
    standbyShare: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('Share of the active replicas kept running in the standby region. Default: 1 active-active, else 0.'),
    prewarm: z
      .enum(['nodes', 'pods'])
      .default('nodes')
      .describe(
        'What the first signal starts in the standby region, before anything is decided: nodes and images, or pods too. Pods may consume queues, or crash on a database that takes no writes yet.',
      ),
    dependsOn: z
      .array(text('Name of an application.'))
      .default([])
      .describe('Applications that must be recovered first.'),
    dataStores: z.array(dataStore).default([]).describe('Where it keeps its data.'),
    dns: z.array(dnsName).default([]).describe('Public names.'),
    checks: z.array(readinessCheck).default([]).describe('What must answer before traffic moves.'),
  })
  .transform(({ rpo, rto, dataStores, ...rest }) => ({
    ...rest,
    dataStores: dataStores.map((store) => withLossBudget(store, rpo)),
    rpoSeconds: rpo,
    rtoSeconds: rto,
  }))
  .describe('A set of namespaces, or the labelled part of one, that is recovered as one thing.');

const authority = z
  .strictObject({
    kind: z
      .enum(['strong', 'regional'])
      .default('strong')
      .describe('strong: a majority of three regions decides. regional: the standby’s table.'),
    lease: duration('How long the active region may act without renewing.').prefault('60s'),
  })
  .transform(({ kind, lease }) => ({ kind, leaseSeconds: lease }))
  .prefault({})
  .describe('The record of which region is active.');

const degradationMetric = {
  namespace: text('Namespace of the metric in CloudWatch, like CloudWatchSynthetics or AWS/RUM.'),
  metricName: text('Name of the metric; one data point a minute.'),
  dimensions: z
    .record(z.string(), z.string())
    .default({})
    .describe('Dimensions of the metric. {region} in a value stands for the region that is observed.'),
};

const degradation = z
  .strictObject({
    for: duration('For so long a threshold must be crossed, in whole minutes.').prefault('2m'),
    errors: z
      .strictObject({
        ...degradationMetric,
        thresholdPercent: z.number().gt(0).lt(100).describe('More failed requests than this, in percent.'),
      })
      .optional()
      .describe('Share of the clients’ requests that fail, in percent.'),
    latency: z
      .strictObject({
        ...degradationMetric,
        thresholdMs: z.int().min(1).describe('Slower than this, in milliseconds.'),
      })
      .optional()
      .describe('How long the clients’ requests take, in milliseconds.'),
  })
  .transform(({ for: forSeconds, ...rest }) => ({ ...rest, forSeconds }))
  .describe('When application-alarm says that a region is up and not well: metrics of the region that observes.');

const detection = z
  .strictObject({
    signals: z
      .array(z.enum(signalKinds))
      .min(1)
      .default([...defaultSignals])
      .describe('Independent observations that may count.'),
    quorum: z
      .int()
      .min(2)
      .default(2)
      .describe('How many vantages must agree. One is no quorum; probe-standby and heartbeat-alarm are one.'),
    confirmation: duration('How long the quorum must hold before it is believed.').prefault('60s'),
    block: duration('No automatic failover for so long after the last one.').prefault('1h'),
    missingAfter: duration('A signal not heard of for so long is missing.').prefault('60s'),
    recovery: duration('A signal that was unhealthy is healthy only after it has said so for so long.').prefault('30s'),
    probe: z
      .strictObject({
        interval: duration('Time between two probes.').prefault('10s'),
        timeout: duration('How long a probe waits for its answer.').prefault('5s'),
        slowAfter: duration('An answer that takes longer is no good one.').optional(),
        urls: z
          .record(z.string(), z.array(formatted(formats.url, 'Asked from outside.')).min(1))
          .describe('By region name: the region is dark when none of them answers.'),
      })
      .transform(({ interval, timeout, slowAfter, urls }) => ({
        intervalSeconds: interval,
        timeoutSeconds: timeout,
        ...(slowAfter !== undefined && { slowAfterSeconds: slowAfter }),
        urls,
      })),
    degradation: degradation.optional(),
    awsHealth: z
      .boolean()
      .optional()
      .describe(
        'Write down what AWS Health says of a region with its incidents. It never counts. Default: wherever its events can be forwarded, through us-west-2.',
      ),
    route53: z
      .strictObject({
        zone: z.strictObject({
          name: formatted(formats.hostName, 'Name of a Route 53 zone.'),
          hostedZoneId: formatted(formats.hostedZoneId, 'Id of that zone.'),
        }),
      })
      .optional()
      .describe('Where route53-checkers publishes its verdicts. Default: the zone of the first DNS name.'),
    captureInterval: duration('How old the captured replica counts may be.').prefault('5m'),
  })
  .transform(({ confirmation, block, missingAfter, recovery, captureInterval, ...rest }) => ({
    ...rest,
    confirmationSeconds: confirmation,
    blockSeconds: block,
    missingAfterSeconds: missingAfter,
    recoverySeconds: recovery,
    captureIntervalSeconds: captureInterval,
  }))
  .describe('When a region is believed to be dead.');

const approval = z
  .strictObject({
    mode: z
      .enum(['automatic', 'approval', 'manual'])
      .default('automatic')
      .describe(
        'automatic: by itself where the data allows it. approval: starts by itself and waits for people. manual: a person starts it.',
      ),
    approvers: z.literal([1, 2]).default(1).describe('Different people who must agree. 2 is four eyes.'),
    remindAfter: duration('When they are asked again.').prefault('5m'),
    escalateAfter: duration('When the escalation addresses are asked too.').prefault('10m'),
    expireAfter: duration('When the failover is held for want of an answer, at most 30m.').prefault('30m'),
  })
  .transform(({ remindAfter, escalateAfter, expireAfter, ...rest }) => ({
    ...rest,
    remindAfterSeconds: remindAfter,
    escalateAfterSeconds: escalateAfter,
    expireAfterSeconds: expireAfter,
  }))
  .prefault({})
  .describe('Whether and how people must agree to a failover. They are asked too when data would be lost over budget.');

const notification = z
  .strictObject({
    emails: z.array(formatted(formats.email, 'Who is told.')).default([]),
    escalationEmails: z.array(formatted(formats.email, 'Who is asked when nobody answers.')).default([]),
    runbookUrl: formatted(formats.url, 'Where the runbook is published; pages link to its entries.').optional(),
    reportUrl: formatted(formats.url, 'Where the reports are found.').optional(),
  })
  .prefault({})
  .describe('Who hears of incidents.');

/** lifeboat.yaml as people write it; parsing turns every duration into seconds and fills every default in. */
export const planSchema = z
  .strictObject({
    version: z.literal(1).describe('Version of this format.'),
    estate: formatted(formats.estate, 'Name of the estate; names of functions and tables start with it.'),
    regions,
    clusters: z.array(cluster).min(1).describe('Kubernetes clusters, each in both regions.'),
    platform,
    applications: z.array(application).min(1).describe('What is recovered.'),
    authority,
    detection,
    routingControlCluster: routingControlCluster.optional(),
    approval,
    notification,
  })
  .describe('Lifeboat: one estate, two regions, what must come back and how fast.');

export type ParsedPlan = z.output<typeof planSchema>;
export type PlanInput = z.input<typeof planSchema>;
