import { RandomStream } from '../lib/rehearsal/kernel/random-stream.ts';

/** lifeboat.yaml and manifests as they would stand in files. */
export interface GeneratedEstate {
  readonly plan: object;
  readonly manifests: readonly object[];
}

const regions = { active: 'eu-central-1', standby: 'eu-west-1', witness: 'eu-west-3' };
const workloadsPerApplication = 5;
/** m6i.xlarge offers some 3.9 cores to pods; half is left for what doesn't fit together. */
const usableCoresPerNode = 2;
const nameEvery = 20;

interface Service {
  readonly name: string;
  readonly layer: number;
  readonly pattern: 'warm-standby' | 'pilot-light' | 'active-active';
  readonly dependsOn: readonly string[];
  readonly workloads: number;
}

/**
 * An estate of so many workloads, the same for the same seed: applications of five workloads in 3 to 6 layers, each
 * depending on one to three of the layers below; seven of ten warm standbys, two pilot lights, one active-active; every
 * twentieth has a public name. An application's workloads share one image, as those of one repository do.
 */
export function generatedEstate(workloads: number, seed: number): GeneratedEstate {
  const random = new RandomStream(`${seed}/estate of ${workloads}`);
  const services = generateServices(workloads, random);
  const manifests = [...platformManifests, ...services.flatMap((service) => manifestsOf(service, random))];
  const cores = manifests.reduce((sum, object) => sum + coresOf(object), 0);
  const most = Math.max(6, Math.ceil(cores / usableCoresPerNode));
  return { plan: planOf(services, most), manifests };
}

function generateServices(workloads: number, random: RandomStream): readonly Service[] {
  const count = Math.max(2, Math.round(workloads / workloadsPerApplication));
  const layers = Math.min(count, random.integer(3, 6));
  const services: Service[] = [];
  for (let index = 0; index < count; index++) {
    // The first of each layer in turn, so that every layer has a member; then anywhere.
    const layer = index < layers ? index : random.integer(0, layers - 1);
    const below = services.filter((one) => one.layer < layer);
    const direct = below.filter((one) => one.layer === layer - 1);
    const dependsOn = new Set(direct.length === 0 ? [] : [direct[random.integer(0, direct.length - 1)]!.name]);
    for (let more = random.integer(0, 2); more > 0 && below.length > 0; more--) {
      dependsOn.add(below[random.integer(0, below.length - 1)]!.name);
    }
    const chance = random.integer(1, 10);
    services.push({
      name: `service-${String(index).padStart(3, '0')}`,
      layer,
      pattern: chance === 1 ? 'active-active' : chance <= 3 ? 'pilot-light' : 'warm-standby',
      dependsOn: [...dependsOn],
      workloads: Math.round((workloads * (index + 1)) / count) - Math.round((workloads * index) / count),
    });
  }
  return services;
}

function manifestsOf({ name, workloads }: Service, random: RandomStream): readonly object[] {
  return Array.from({ length: workloads }, (_, index) => {
    const workload = `${name}-${index}`;
    return deployment({
      namespace: name,
      name: workload,
      image: `registry.generated.example/${name}:1`,
      replicas: random.integer(1, 3),
      cpuMillis: random.integer(1, 5) * 100,
      initialDelaySeconds: random.integer(3, 12),
    });
  }).flat();
}

interface DeploymentTraits {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  readonly replicas: number;
  readonly cpuMillis: number;
  readonly initialDelaySeconds: number;
}

/** A Deployment with a Service before it. */
function deployment(traits: DeploymentTraits): readonly object[] {
  const { namespace, name, image, replicas, cpuMillis, initialDelaySeconds } = traits;
  const labels = { app: name };
  const container = {
    name: 'main',
    image,
    args: [name],
    ports: [{ containerPort: 8080 }],
    readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, initialDelaySeconds, periodSeconds: 2 },
    resources: { requests: { cpu: `${cpuMillis}m`, memory: '256Mi' } },
  };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  const spec = { replicas, selector: { matchLabels: labels }, template };
  const service = { selector: labels, ports: [{ port: 8080 }] };
  return [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace }, spec },
    { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: service },
  ];
}

const platformManifests = deployment({
  namespace: 'ingress-nginx',
  name: 'ingress-nginx',
  image: 'registry.k8s.io/ingress-nginx/controller:v1.13.0',
  replicas: 2,
  cpuMillis: 100,
  initialDelaySeconds: 5,
});

function coresOf(object: object): number {
  const { spec } = object as {
    spec: {
      replicas?: number;
      template?: { spec: { containers: { resources: { requests: { cpu: string } } }[] } };
    };
  };
  const cpu = spec.template?.spec.containers[0]?.resources.requests.cpu ?? '0m';
  return ((spec.replicas ?? 0) * Number.parseInt(cpu, 10)) / 1000;
}

function planOf(services: readonly Service[], mostNodes: number): object {
  const inRegion = (region: string) => ({
    clusterName: `generated-${region}`,
    autoscaler: 'none',
    nodeGroups: [{ name: 'general', instanceType: 'm6i.xlarge', minSize: 2, maxSize: mostNodes }],
  });
  const perRegion = <T>(make: (region: string) => T) => ({
    [regions.active]: make(regions.active),
    [regions.standby]: make(regions.standby),
  });
  return {
    version: 1,
    estate: 'generated',
    regions,
    clusters: [{ kind: 'eks', name: 'main', regions: perRegion(inRegion) }],
    platform: {
      rpo: '10m',
      rto: '15m',
      components: [{ role: 'ingress', name: 'ingress-nginx', cluster: 'main', namespaces: ['ingress-nginx'] }],
    },
    applications: services.map(({ name, pattern, dependsOn }, index) => ({
      name,
      owner: { name: 'team', contact: 'team@generated.example' },
      namespaces: [name],
      tier: 2,
      rpo: '15m',
      rto: '30m',
      pattern,
      dependsOn,
      dns: index % nameEvery === 0 ? [dnsOf(name, perRegion)] : [],
      checks: [{ namespace: name, service: `${name}-0`, port: 8080, path: '/healthz' }],
    })),
    detection: { probe: { urls: perRegion((region) => [`https://ingress.${region}.generated.example/healthz`]) } },
  };
}

function dnsOf(name: string, perRegion: <T>(make: (region: string) => T) => Record<string, T>): object {
  return {
    name: `${name}.generated.example`,
    zone: { name: 'generated.example', hostedZoneId: 'Z0GENERATED0000000' },
    targets: perRegion((region) => `ingress.${region}.generated.example`),
  };
}
