import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { addStacks, lifeboatApp } from '../../../lib/infra/app.ts';
import { handlersOf } from '../../../lib/infra/bundle.ts';
import type { Application, AuroraGlobalStore, DnsName, Plan } from '../../../lib/plan/plan.ts';

const active = 'eu-central-1';
const standby = 'eu-west-1';

function cluster(name: string, nodeGroups: readonly string[]): Plan['clusters'][number] {
  const inRegion = (region: string) => ({
    clusterName: `${name}-${region}`,
    autoscaler: 'none' as const,
    nodeGroups: nodeGroups.map((group) => ({ name: group, minSize: 1, maxSize: 9, instanceType: 'm6i.xlarge' })),
  });
  return { kind: 'eks', name, regions: { [active]: inRegion(active), [standby]: inRegion(standby) } };
}

function application(name: string, changes: Partial<Application> = {}): Application {
  return {
    name,
    owner: { name: 'Team', contact: 'team@bank.example' },
    cluster: 'main',
    namespaces: [name],
    selector: {},
    tier: 1,
    rpoSeconds: 60,
    rtoSeconds: 900,
    pattern: 'warm-standby',
    prewarm: 'nodes',
    dependsOn: [],
    dataStores: [],
    dns: [],
    checks: [],
    ...changes,
  };
}

export function dnsName(name: string, changes: Partial<DnsName> = {}): DnsName {
  return {
    name,
    traffic: 'health-state',
    zone: { name: 'bank.example', hostedZoneId: 'Z0123456789' },
    ttlSeconds: 60,
    targets: { [active]: `a.${name}`, [standby]: `b.${name}` },
    ...changes,
  };
}

/** As little as a plan can be: no EKS cluster, no DNS name, nobody to tell, one kind of probe. */
export const minimalPlan: Plan = {
  version: 1,
  estate: 'tiny',
  regions: { active, standby, witness: 'eu-west-3' },
  clusters: [
    {
      kind: 'self-managed',
      name: 'main',
      regions: {
        [active]: { apiEndpoint: 'https://a.example', etcdEndpoints: ['https://a.example:2379'] },
        [standby]: { apiEndpoint: 'https://b.example', etcdEndpoints: ['https://b.example:2379'] },
      },
    },
  ],
  platform: { rpoSeconds: 60, rtoSeconds: 900, components: [] },
  applications: [application('web')],
  authority: { kind: 'regional', leaseSeconds: 60 },
  detection: {
    signals: ['operator', 'probe-standby'],
    quorum: 2,
    confirmationSeconds: 60,
    blockSeconds: 3600,
    missingAfterSeconds: 60,
    recoverySeconds: 30,
    probe: { intervalSeconds: 10, timeoutSeconds: 5, urls: { [active]: ['https://a.example/'] } },
    captureIntervalSeconds: 30,
    awsHealth: false,
  },
  approval: {
    mode: 'manual',
    approvers: 1,
    remindAfterSeconds: 300,
    escalateAfterSeconds: 600,
    expireAfterSeconds: 1800,
  },
  notification: { emails: [], escalationEmails: [] },
};

const controlPanel = 'arn:aws:route53-recovery-control::111122223333:controlpanel/0a/routingcontrol';
export const routingControls = { [active]: `${controlPanel}/01`, [standby]: `${controlPanel}/02` };

const auroraStore: AuroraGlobalStore = {
  name: 'books',
  kind: 'aurora-global',
  lossBudgetSeconds: 5,
  acceptUnprovedFence: false,
  globalCluster: 'books',
  clusters: { [active]: 'books-a', [standby]: 'books-b' },
};

/** Everything that a plan can ask of the infrastructure. */
export const maximalPlan: Plan = {
  ...minimalPlan,
  estate: 'bank',
  clusters: [cluster('main', ['general', 'memory']), cluster('edge', []), minimalPlan.clusters[0]!].map((one, index) =>
    index === 2 ? { ...one, name: 'own' } : one,
  ),
  platform: {
    rpoSeconds: 60,
    rtoSeconds: 900,
    components: [{ role: 'ingress', name: 'ingress', cluster: 'main', namespaces: ['ingress-nginx'] }],
  },
  applications: [
    application('payments', {
      dns: [
        dnsName('pay.bank.example'),
        dnsName('api.bank.example', { ttlSeconds: 30 }),
        dnsName('old.bank.example', { traffic: 'record-change' }),
        dnsName('arc.bank.example', { traffic: 'routing-control', routingControls }),
      ],
    }),
    application('ledger', { namespaces: ['ledger', 'payments'], dataStores: [auroraStore] }),
    application('branch', { cluster: 'edge', namespaces: ['branch'] }),
  ],
  authority: { kind: 'strong', leaseSeconds: 60 },
  detection: {
    ...minimalPlan.detection,
    signals: ['probe-standby', 'probe-witness', 'heartbeat-alarm', 'route53-checkers', 'application-alarm', 'operator'],
    degradation: {
      forSeconds: 120,
      errors: { namespace: 'Canary', metricName: 'Failed', dimensions: { Region: '{region}' }, thresholdPercent: 20 },
      latency: { namespace: 'Canary', metricName: 'P90', dimensions: { Region: '{region}' }, thresholdMs: 2000 },
    },
    probe: {
      ...minimalPlan.detection.probe,
      urls: { [active]: ['https://a.example/'], [standby]: ['https://b.example/'] },
    },
    captureIntervalSeconds: 300,
    awsHealth: true,
  },
  routingControlCluster: {
    endpoints: ['us-east-1', 'us-west-2', standby, 'ap-northeast-1', 'ap-southeast-2'].map((region) => ({
      region,
      url: `https://cluster.${region}.example/v1`,
    })),
  },
  notification: { emails: ['noc@bank.example', 'dr@bank.example'], escalationEmails: ['chief@bank.example'] },
};

/** The witness lies where the copies of AWS Health arrive. */
export const healthThroughWitness: Plan = {
  ...minimalPlan,
  regions: { ...minimalPlan.regions, witness: 'us-west-2' },
  detection: { ...minimalPlan.detection, signals: ['probe-standby', 'probe-witness'], awsHealth: true },
};

/** Stand-ins of the bundles: the templates hold their hashes only. */
export function standInBundles(): Record<string, string> {
  const root = mkdtempSync(join(tmpdir(), 'lifeboat-bundles-'));
  return Object.fromEntries(
    handlersOf().map((name) => {
      const folder = join(root, name);
      mkdirSync(folder);
      writeFileSync(join(folder, 'index.mjs'), `export const handler = () => '${name}';\n`);
      return [name, folder];
    }),
  );
}

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

export interface Synthesised {
  readonly stackNames: readonly string[];
  readonly outdir: string;
  template(name: string): Template;
  resources(name: string, type: string): Resource[];
}

export function synthesise(
  plan: Plan,
  options: { bundles?: Record<string, string>; stateMachines?: string; account?: string } = {},
): Synthesised {
  const outdir = mkdtempSync(join(tmpdir(), 'lifeboat-cdk-'));
  const app = lifeboatApp({ outdir, validate: false });
  addStacks(app, plan, { bundles: standInBundles(), ...options });
  const assembly = app.synth();
  const template = (name: string) => Template.fromJSON(assembly.getStackByName(name).template as Record<string, never>);
  return {
    stackNames: assembly.stacks.map((stack) => stack.stackName),
    outdir,
    template,
    resources: (name, type) => Object.values(template(name).findResources(type)) as unknown as Resource[],
  };
}
