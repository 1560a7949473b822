import { z } from 'zod';
import type { ApiUser, KubernetesCluster } from '../../kubernetes/cluster.ts';
import { defineResource } from '../define-resource.ts';
import { parseInput, unknownOperation } from '../operation-input.ts';
import { type AwsService, AwsServiceError, type IamDemand, type ServiceCall, type WorldParts } from '../service.ts';
import { AccessEntries, accessEntrySchema } from './access-entries.ts';
import { ApiThrottle } from './api-throttle.ts';
import { type AutoscalerKind, startAutoscaler } from './autoscaler.ts';
import {
  defaultNodeLatencies,
  Ec2Capacity,
  NodeGroup,
  type NodeGroupDefinition,
  type NodeLatencies,
} from './node-group.ts';

export interface ClusterDefinition {
  readonly region: string;
  readonly clusterName: string;
  readonly accountId: string;
  /** Kubernetes version, `1.33`. */
  readonly version: string;
  readonly cluster: KubernetesCluster;
  /** `https://…`; default `https://<32 hex digits>.gr7.<region>.eks.amazonaws.com`. */
  readonly endpoint?: string;
  readonly nodeGroups: readonly NodeGroupDefinition[];
  readonly autoscaler: AutoscalerKind;
}

interface Update {
  readonly id: string;
  status: 'InProgress' | 'Successful';
  readonly params: readonly { readonly type: string; readonly value: string }[];
  readonly createdAtMs: number;
  readonly token: string | undefined;
}

interface GroupState {
  readonly group: NodeGroup;
  readonly arn: string;
  readonly updates: Update[];
  modifiedAtMs: number;
}

interface ClusterState {
  readonly definition: ClusterDefinition;
  readonly arn: string;
  readonly endpoint: string;
  readonly createdAtMs: number;
  readonly groups: ReadonlyMap<string, GroupState>;
}

const size = z.number().int();
const inputs = {
  DescribeCluster: z.strictObject({ name: z.string() }),
  ListClusters: z.strictObject({}),
  DescribeNodegroup: z.strictObject({ clusterName: z.string(), nodegroupName: z.string() }),
  ListNodegroups: z.strictObject({ clusterName: z.string() }),
  UpdateNodegroupConfig: z.strictObject({
    clusterName: z.string(),
    nodegroupName: z.string(),
    scalingConfig: z
      .strictObject({ minSize: size.optional(), maxSize: size.optional(), desiredSize: size.optional() })
      .optional(),
    clientRequestToken: z.string().optional(),
  }),
  DescribeUpdate: z.strictObject({ name: z.string(), updateId: z.string(), nodegroupName: z.string().optional() }),
} as const;

/** What Karpenter and Auto Mode may launch in a cluster without node groups. Unverified: eks.node-pool. */
const nodePool: NodeGroupDefinition = {
  name: 'general-purpose',
  minSize: 0,
  maxSize: 100,
  desiredSize: 0,
  instanceType: 'm6i.xlarge',
};

/** Kubernetes' CA in DescribeCluster: any PEM will do, connections inside the world are not encrypted. */
const certificateAuthority = Buffer.from(
  '-----BEGIN CERTIFICATE-----\nc2ltdWxhdGVk\n-----END CERTIFICATE-----\n',
).toString('base64');

/** Simulated EKS: clusters and managed node groups that the scenario defines, their updates, nodes and access entries. */
export class EksService implements AwsService {
  readonly name = 'eks';
  readonly resources;
  readonly #parts: WorldParts;
  readonly #latencies: NodeLatencies;
  readonly #capacity = new Ec2Capacity();
  readonly #entries = new AccessEntries();
  /** By `region/name`. */
  readonly #clusters = new Map<string, ClusterState>();
  readonly #throttles = new Map<string, ApiThrottle>();

  constructor(parts: WorldParts, latencies: Partial<NodeLatencies> = {}) {
    this.#parts = parts;
    this.#latencies = { ...defaultNodeLatencies, ...latencies };
    this.resources = [
      defineResource('AWS::EKS::AccessEntry', accessEntrySchema, (properties, { region, accountId }) => {
        this.#cluster(region, properties.ClusterName);
        this.#entries.add(region, properties);
        const { ClusterName, PrincipalArn } = properties;
        const path = `${ClusterName}/role/${accountId}/${PrincipalArn.split('/').at(-1)}`;
        return {
          ref: `${PrincipalArn}|${ClusterName}`,
          attributes: { AccessEntryArn: `arn:aws:eks:${region}:${accountId}:access-entry/${path}` },
        };
      }),
    ];
  }

  /** Adds a cluster with its node groups; their desired nodes are there at once. */
  defineCluster(definition: ClusterDefinition): void {
    const { region, clusterName, accountId, cluster } = definition;
    const { kernel } = this.#parts;
    const random = kernel.random(`eks/${region}/${clusterName}`);
    const shared = { kernel, region, cluster, capacity: this.#capacity, latencies: this.#latencies };
    let nodes = 0;
    const groups = new Map<string, GroupState>();
    for (const group of definition.nodeGroups) {
      const arn = `arn:aws:eks:${region}:${accountId}:nodegroup/${clusterName}/${group.name}/${random.uuid()}`;
      const nodeGroup = new NodeGroup(group, { ...shared, nextIndex: () => nodes++ });
      groups.set(group.name, { group: nodeGroup, arn, updates: [], modifiedAtMs: kernel.nowMs });
    }
    const endpoint = definition.endpoint ?? `https://${random.hex(32).toUpperCase()}.gr7.${region}.eks.amazonaws.com`;
    this.#clusters.set(`${region}/${clusterName}`, {
      definition,
      arn: `arn:aws:eks:${region}:${accountId}:cluster/${clusterName}`,
      endpoint,
      createdAtMs: kernel.nowMs,
      groups,
    });
    if (definition.autoscaler === 'none') return;
    const scalable = [...groups.values()].map((state) => state.group);
    // Karpenter and Auto Mode launch instances without a node group.
    if (scalable.length === 0 && definition.autoscaler !== 'cluster-autoscaler')
      scalable.push(new NodeGroup(nodePool, { ...shared, nextIndex: () => nodes++ }));
    startAutoscaler(definition.autoscaler, { kernel, cluster, groups: scalable, latencies: this.#latencies });
  }

  /** Fault hook: how many more instances of a type (`*`: of all types together) EC2 gives in a region from now on. */
  setCapacity(region: string, instanceType: string, availableCount: number): void {
    this.#capacity.set(region, instanceType, availableCount);
  }

  /** The cluster behind the host name of its API endpoint. */
  clusterAt(
    endpointHost: string,
  ): { readonly region: string; readonly clusterName: string; readonly cluster: KubernetesCluster } | undefined {
    for (const { endpoint, definition } of this.#clusters.values())
      if (new URL(endpoint).hostname === endpointHost.toLowerCase()) {
        const { region, clusterName, cluster } = definition;
        return { region, clusterName, cluster };
      }
    return undefined;
  }

  /** The Kubernetes user that a role is in a cluster; undefined (401) without an access entry. */
  authenticate(region: string, clusterName: string, principalArn: string): ApiUser | undefined {
    return this.#entries.user(region, clusterName, principalArn);
  }

  demands(call: ServiceCall): readonly IamDemand[] {
    const account = call.caller.accountId;
    const clusterArn = (name: unknown): string => `arn:aws:eks:${call.region}:${account}:cluster/${String(name)}`;
    const action = `eks:${call.operation}`;
    const { input } = call;
    switch (call.operation) {
      case 'ListClusters':
        return [{ action, resource: '*' }];
      case 'DescribeCluster':
        return [{ action, resource: clusterArn(input.name) }];
      case 'ListNodegroups':
        return [{ action, resource: clusterArn(input.clusterName) }];
      case 'DescribeUpdate':
        return [
          input.nodegroupName === undefined
            ? { action, resource: clusterArn(input.name) }
            : { action, resource: this.#groupArn(call, input.name, input.nodegroupName) },
        ];
      case 'DescribeNodegroup':
      case 'UpdateNodegroupConfig':
        return [{ action, resource: this.#groupArn(call, input.clusterName, input.nodegroupName) }];
      default:
        throw unknownOperation('eks', call.operation);
    }
  }

  #groupArn(call: ServiceCall, clusterName: unknown, group: unknown): string {
    const state = this.#clusters.get(`${call.region}/${String(clusterName)}`)?.groups.get(String(group));
    // A group that isn't there is authorised by name, so that the answer is ResourceNotFoundException.
    const arn = `arn:aws:eks:${call.region}:${call.caller.accountId}:nodegroup/${String(clusterName)}/${String(group)}`;
    return state?.arn ?? `${arn}/00000000-0000-0000-0000-000000000000`;
  }

  invoke(call: ServiceCall): Record<string, unknown> {
    this.#throttleOf(call.region).take(call.operation);
    switch (call.operation) {
      case 'DescribeCluster':
        return this.#describeCluster(call);
      case 'ListClusters':
        parseInput('eks', call, inputs.ListClusters);
        return { clusters: this.#inRegion(call.region).map((state) => state.definition.clusterName) };
      case 'DescribeNodegroup':
        return this.#describeNodegroup(call);
      case 'ListNodegroups': {
        const { clusterName } = parseInput('eks', call, inputs.ListNodegroups);
        return { nodegroups: [...this.#cluster(call.region, clusterName).groups.keys()] };
      }
      case 'UpdateNodegroupConfig':
        return this.#updateNodegroupConfig(call);
      case 'DescribeUpdate':
        return this.#describeUpdate(call);
      default:
        throw unknownOperation('eks', call.operation);
    }
  }

  #throttleOf(region: string): ApiThrottle {
    const throttle = this.#throttles.get(region) ?? new ApiThrottle(this.#parts.kernel);
    this.#throttles.set(region, throttle);
    return throttle;
  }

  #inRegion(region: string): readonly ClusterState[] {
    return [...this.#clusters.values()].filter((state) => state.definition.region === region);
  }

  #cluster(region: string, name: string): ClusterState {
    const state = this.#clusters.get(`${region}/${name}`);
    if (state === undefined)
      throw new AwsServiceError('ResourceNotFoundException', `No cluster found for name: ${name}.`, 404, {
        clusterName: name,
      });
    return state;
  }

  #group(region: string, clusterName: string, nodegroupName: string): GroupState {
    const state = this.#cluster(region, clusterName).groups.get(nodegroupName);
    if (state === undefined)
      throw new AwsServiceError('ResourceNotFoundException', `No node group found for name: ${nodegroupName}.`, 404, {
        clusterName,
        nodegroupName,
      });
    return state;
  }

  #describeCluster(call: ServiceCall): Record<string, unknown> {
    const { name } = parseInput('eks', call, inputs.DescribeCluster);
    const { definition, arn, endpoint, createdAtMs } = this.#cluster(call.region, name);
    return {
      cluster: {
        name,
        arn,
        createdAt: new Date(createdAtMs),
        version: definition.version,
        endpoint,
        certificateAuthority: { data: certificateAuthority },
        accessConfig: { authenticationMode: 'API' },
        status: 'ACTIVE',
      },
    };
  }

  #describeNodegroup(call: ServiceCall): Record<string, unknown> {
    const { clusterName, nodegroupName } = parseInput('eks', call, inputs.DescribeNodegroup);
    const { group, arn, updates, modifiedAtMs } = this.#group(call.region, clusterName, nodegroupName);
    const { definition, createdAtMs } = this.#cluster(call.region, clusterName);
    const updating = updates.some((update) => update.status === 'InProgress');
    const autoScalingGroup = `eks-${nodegroupName}-${arn.split('/').at(-1)}`;
    const issue = {
      code: 'AsgInstanceLaunchFailures',
      message: `Could not launch On-Demand Instances. InsufficientInstanceCapacity - We currently do not have sufficient ${group.definition.instanceType} capacity in the Availability Zone you requested. Launching EC2 instance failed.`,
      resourceIds: [autoScalingGroup],
    };
    return {
      nodegroup: {
        nodegroupName,
        nodegroupArn: arn,
        clusterName,
        version: definition.version,
        createdAt: new Date(createdAtMs),
        modifiedAt: new Date(modifiedAtMs),
        status: updating ? 'UPDATING' : group.launchFailed ? 'DEGRADED' : 'ACTIVE',
        capacityType: 'ON_DEMAND',
        scalingConfig: { minSize: group.minSize, maxSize: group.maxSize, desiredSize: group.desiredSize },
        instanceTypes: [group.definition.instanceType],
        resources: { autoScalingGroups: [{ name: autoScalingGroup }] },
        health: { issues: group.launchFailed ? [issue] : [] },
      },
    };
  }

  #updateNodegroupConfig(call: ServiceCall): Record<string, unknown> {
    const input = parseInput('eks', call, inputs.UpdateNodegroupConfig);
    const state = this.#group(call.region, input.clusterName, input.nodegroupName);
    const repeated = state.updates.find(
      (update) => update.token !== undefined && update.token === input.clientRequestToken,
    );
    if (repeated !== undefined) return { update: describe(repeated) };
    if (state.updates.some((update) => update.status === 'InProgress'))
      throw new AwsServiceError(
        'ResourceInUseException',
        'Nodegroup cannot be updated as it is currently not in Active State',
        409,
        { clusterName: input.clusterName, nodegroupName: input.nodegroupName },
      );
    const { minSize, maxSize, desiredSize } = validSizes(state.group, input.scalingConfig ?? {});
    const params = Object.entries(input.scalingConfig ?? {}).map(([member, value]) => ({
      type: `${member.charAt(0).toUpperCase()}${member.slice(1)}`,
      value: String(value),
    }));
    const { kernel } = this.#parts;
    const random = kernel.random(`eks/${call.region}/${input.clusterName}`);
    const update: Update = {
      id: random.uuid(),
      status: 'InProgress',
      params,
      createdAtMs: kernel.nowMs,
      token: input.clientRequestToken,
    };
    state.updates.push(update);
    state.modifiedAtMs = kernel.nowMs;
    state.group.minSize = minSize;
    state.group.maxSize = maxSize;
    state.group.setDesiredSize(desiredSize);
    const [fromMs, toMs] = this.#latencies.updateMs;
    kernel.after(random.integer(fromMs, toMs), `eks/${input.clusterName}/update`, () => {
      update.status = 'Successful';
    });
    return { update: describe(update) };
  }

  #describeUpdate(call: ServiceCall): Record<string, unknown> {
    const { name, updateId, nodegroupName } = parseInput('eks', call, inputs.DescribeUpdate);
    const states =
      nodegroupName === undefined
        ? []
        : [this.#group(call.region, this.#cluster(call.region, name).definition.clusterName, nodegroupName)];
    const update = states.flatMap((state) => state.updates).find((each) => each.id === updateId);
    if (update === undefined)
      throw new AwsServiceError('ResourceNotFoundException', `No update found for ID: ${updateId}`, 404);
    return { update: describe(update) };
  }
}

function describe({ id, status, params, createdAtMs }: Update): Record<string, unknown> {
  return { id, status, type: 'ConfigUpdate', params, createdAt: new Date(createdAtMs), errors: [] };
}

/** The sizes after an update; what isn't given stays. */
function validSizes(
  group: NodeGroup,
  given: { minSize?: number | undefined; maxSize?: number | undefined; desiredSize?: number | undefined },
): { readonly minSize: number; readonly maxSize: number; readonly desiredSize: number } {
  const minSize = given.minSize ?? group.minSize;
  const maxSize = given.maxSize ?? group.maxSize;
  const desiredSize = given.desiredSize ?? group.desiredSize;
  const refuse = (message: string): never => {
    throw new AwsServiceError('InvalidParameterException', message);
  };
  if (minSize < 0 || maxSize < 1)
    refuse('Minimum capacity must not be negative and maximum capacity must be at least 1');
  if (minSize > maxSize) refuse(`Minimum capacity ${minSize} can't be greater than maximum size ${maxSize}`);
  if (desiredSize > maxSize) refuse(`desired capacity ${desiredSize} can't be greater than max size ${maxSize}`);
  if (desiredSize < minSize) refuse(`Minimum capacity ${minSize} can't be greater than desired size ${desiredSize}`);
  return { minSize, maxSize, desiredSize };
}
