import type { KubernetesObject } from '../../plan/draft/kubernetes-object.ts';
import { InputError } from '../../plan/input-error.ts';
import type { EksClusterInRegion, Plan } from '../../plan/plan.ts';
import type { EksService } from '../aws/eks/eks-service.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { PriorityLevel } from '../kubernetes/api/priority-level.ts';
import { KubernetesCluster } from '../kubernetes/cluster.ts';
import type { HttpHost } from '../network/internet.ts';
import { withCanaries } from './canary.ts';
import { nodesNeeded } from './node-count.ts';
import { labelsOfGroup, nodeLabelsAskedFor } from './node-labels.ts';
import { ownerOf } from './ownership.ts';
import { prewarmPrerequisites } from './prewarm-prerequisites.ts';
import { standbyObjects } from './standby-objects.ts';
import { surroundingsOf } from './surroundings.ts';

/** Kubernetes version of the simulated clusters; one that EKS offers in standard support. */
const kubernetesVersion = '1.33';
/** What Karpenter and Auto Mode choose for general workloads, and as many as nobody reaches in a rehearsal. */
const freelyChosenNodes = { name: 'freely-chosen', instanceType: 'm6i.xlarge', minSize: 0, maxSize: 500 };

export interface EstateCluster {
  readonly region: string;
  /** Name in the plan. */
  readonly name: string;
  readonly cluster: KubernetesCluster;
  /** Room of its API server for those who call from outside. */
  readonly callers: PriorityLevel;
}

export interface ClustersOptions {
  readonly kernel: Kernel;
  readonly plan: Plan;
  readonly accountId: string;
  readonly eks: EksService;
  /** The manifests of the active region. */
  readonly objects: readonly KubernetesObject[];
  /** Serves the API of a cluster under the host name of its endpoint. */
  readonly serveApi: (hostName: string, cluster: EstateCluster, eksName: string) => HttpHost;
  readonly registerHost: (hostName: string, host: HttpHost) => void;
}

/** Both regions' clusters with their nodes, loaded with what runs there before the disaster. */
export function buildClusters(options: ClustersOptions): readonly EstateCluster[] {
  const { plan } = options;
  const inStandby = standbyObjects(plan, options.objects);
  return plan.clusters.flatMap((cluster) => {
    if (cluster.kind !== 'eks') {
      throw new InputError(
        `cluster ${cluster.name}: a rehearsal has EKS clusters only so far; self-managed ones need their etcd`,
      );
    }
    return [plan.regions.active, plan.regions.standby].map((region) => {
      const inRegion = cluster.regions[region];
      if (inRegion === undefined) throw new InputError(`cluster ${cluster.name} is not declared in ${region}`);
      const objects = region === plan.regions.active ? options.objects : inStandby;
      return buildCluster(options, cluster.name, region, inRegion, ofCluster(plan, cluster.name, objects));
    });
  });
}

function buildCluster(
  options: ClustersOptions,
  name: string,
  region: string,
  inRegion: EksClusterInRegion,
  objects: readonly KubernetesObject[],
): EstateCluster {
  const { kernel, eks, accountId } = options;
  const zones = ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
  const cluster = new KubernetesCluster({
    kernel,
    name: `${inRegion.clusterName}@${region}`,
    version: kubernetesVersion,
    zones,
  });
  // What is missing is judged over the whole estate, so that both regions have the same.
  cluster.load(withCanaries([...prewarmPrerequisites, ...surroundingsOf(options.objects), ...objects]));
  const hostName = `${kernel.random(`endpoints/${region}/${inRegion.clusterName}`).hex(32)}.gr7.${region}.eks.amazonaws.com`;
  eks.defineCluster({
    region,
    clusterName: inRegion.clusterName,
    accountId,
    version: kubernetesVersion,
    cluster,
    endpoint: `https://${hostName}`,
    nodeGroups: nodeGroupsOf(inRegion, objects, nodeLabelsAskedFor(options.objects)),
    autoscaler: inRegion.autoscaler,
  });
  const built = { region, name, cluster, callers: new PriorityLevel() };
  options.registerHost(hostName, options.serveApi(hostName, built, inRegion.clusterName));
  return built;
}

/** Every group at its smallest size, and the first ones larger until everything fits. */
function nodeGroupsOf(
  { autoscaler, nodeGroups }: EksClusterInRegion,
  objects: readonly KubernetesObject[],
  asked: ReturnType<typeof nodeLabelsAskedFor>,
) {
  const free = autoscaler === 'karpenter' || autoscaler === 'auto-mode';
  const groups = nodeGroups.length === 0 && free ? [freelyChosenNodes] : nodeGroups;
  let covered = 0;
  const shares = groups.map((group) => {
    const needed = nodesNeeded(objects, group.instanceType);
    const share = needed === 0 ? 0 : group.minSize / needed;
    covered += share;
    return { group, needed };
  });
  return shares.map(({ group, needed }, index) => {
    const more = Math.min(group.maxSize - group.minSize, Math.ceil(Math.max(0, 1 - covered) * needed));
    covered += needed === 0 ? 1 : more / needed;
    return { ...group, desiredSize: group.minSize + Math.max(0, more), labels: labelsOfGroup(asked, index) };
  });
}

/** With several clusters, an application's objects are in its own; what belongs to nobody is in all of them. */
function ofCluster(plan: Plan, cluster: string, objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const platform = (isHere: boolean) => {
    const components = plan.platform.components.filter((component) => (component.cluster === cluster) === isHere);
    return new Set(components.flatMap((component) => component.namespaces));
  };
  const [here, elsewhere] = [platform(true), platform(false)];
  return objects.filter((object) => {
    const owner = ownerOf(plan, object);
    if (owner !== undefined) return owner.cluster === cluster;
    const namespace = object.metadata.namespace ?? '';
    return here.has(namespace) || !elsewhere.has(namespace);
  });
}
