import { describe, expect, test } from '@jest/globals';
import { InputError } from '../../../../../lib/plan/input-error.ts';
import type { AutoscalerKind } from '../../../../../lib/rehearsal/aws/eks/autoscaler.ts';
import { EksService } from '../../../../../lib/rehearsal/aws/eks/eks-service.ts';
import { instanceCapacity } from '../../../../../lib/rehearsal/aws/eks/instance-types.ts';
import type { NodeGroupDefinition } from '../../../../../lib/rehearsal/aws/eks/node-group.ts';
import type { AwsServiceError, ProvisionContext, WorldParts } from '../../../../../lib/rehearsal/aws/service.ts';
import { Kernel } from '../../../../../lib/rehearsal/kernel/kernel.ts';
import { quiesce } from '../../../../../lib/rehearsal/kernel/quiesce.ts';
import type { KubernetesObject } from '../../../../../lib/rehearsal/kubernetes/cluster.ts';
import { deployment, type Json, Laboratory, object, podTemplate, startMs } from '../../kubernetes/laboratory.ts';

const region = 'eu-central-1';
const accountId = '111122223333';
const role = `arn:aws:iam::${accountId}:role/lifeboat/scale`;
const policy = (name: string) => `arn:aws:eks::aws:cluster-access-policy/${name}`;

/** A region with one cluster of one node group. */
class Region {
  readonly lab: Laboratory;
  readonly eks: EksService;

  constructor(
    options: { group?: Partial<NodeGroupDefinition>; groups?: NodeGroupDefinition[]; autoscaler?: AutoscalerKind } = {},
  ) {
    const kernel = new Kernel({ seed: 3, startMs, quiesce });
    this.lab = new Laboratory({ kernel, nodes: 0, zones: [`${region}a`, `${region}b`] });
    const parts: WorldParts = {
      kernel,
      accountId,
      bus: { call: () => undefined },
      weather: { regionUp: () => true, serviceUp: () => true, reachable: () => true },
    };
    this.eks = new EksService(parts);
    const group = {
      name: 'main',
      minSize: 1,
      maxSize: 5,
      desiredSize: 1,
      instanceType: 'm6i.xlarge',
      ...options.group,
    };
    this.eks.defineCluster({
      region,
      clusterName: 'bank',
      accountId,
      version: '1.33',
      cluster: this.lab.cluster,
      nodeGroups: options.groups ?? [group],
      autoscaler: options.autoscaler ?? 'none',
    });
  }

  call(operation: string, input: Record<string, unknown>): Json {
    const caller = { principal: role, name: 'test', accountId, region };
    const call = { caller, region, operation, input };
    this.eks.demands(call);
    return this.eks.invoke(call);
  }

  error(operation: string, input: Record<string, unknown>): Partial<AwsServiceError> {
    try {
      this.call(operation, input);
    } catch (error) {
      if (error instanceof Error) return error;
    }
    throw new Error('no error');
  }

  resize(desiredSize: number, rest: Record<string, unknown> = {}) {
    return this.call('UpdateNodegroupConfig', { ...group, scalingConfig: { desiredSize }, ...rest }).update;
  }

  describeGroup() {
    return this.call('DescribeNodegroup', group).nodegroup;
  }

  get nodes(): number {
    return this.lab.cluster.objects('Node').length;
  }

  grant(properties: Record<string, unknown>): void {
    const [provider] = this.eks.resources;
    if (provider === undefined) throw new Error('no provider');
    const context: ProvisionContext = {
      region,
      accountId,
      stackName: 'RegionB',
      logicalId: 'Entry',
      generatedName: 'x',
      assetPath: () => undefined,
    };
    const parsed: unknown = provider.schema.parse({ ClusterName: 'bank', PrincipalArn: role, ...properties });
    const created = provider.create(parsed as never, context);
    expect(created.ref).toBe(`${role}|bank`);
    expect(created.attributes.AccessEntryArn).toContain(`:${accountId}:access-entry/bank/role/`);
  }
}

const group = { clusterName: 'bank', nodegroupName: 'main' };

describe('clusters', () => {
  test('are described and listed', () => {
    const world = new Region();
    expect(world.call('ListClusters', {})).toEqual({ clusters: ['bank'] });
    const { cluster } = world.call('DescribeCluster', { name: 'bank' });
    expect(cluster).toMatchObject({
      name: 'bank',
      arn: `arn:aws:eks:${region}:${accountId}:cluster/bank`,
      status: 'ACTIVE',
      version: '1.33',
      createdAt: new Date(startMs),
    });
    expect(cluster.endpoint).toMatch(/^https:\/\/[0-9A-F]{32}\.gr7\.eu-central-1\.eks\.amazonaws\.com$/);
    expect(Buffer.from(cluster.certificateAuthority.data, 'base64').toString()).toContain('BEGIN CERTIFICATE');
  });

  test('are found by the host of their endpoint', () => {
    const world = new Region();
    const { endpoint } = world.call('DescribeCluster', { name: 'bank' }).cluster;
    const host = new URL(endpoint).host;
    expect(world.eks.clusterAt(host)).toMatchObject({ region, clusterName: 'bank', cluster: world.lab.cluster });
    expect(world.eks.clusterAt(host.toUpperCase())?.clusterName).toBe('bank');
    expect(world.eks.clusterAt('elsewhere.example.com')).toBeUndefined();
  });

  test('and groups that are not there are ResourceNotFoundException', () => {
    const world = new Region();
    for (const [operation, input] of [
      ['DescribeCluster', { name: 'none' }],
      ['ListNodegroups', { clusterName: 'none' }],
      ['DescribeNodegroup', { ...group, nodegroupName: 'none' }],
      ['UpdateNodegroupConfig', { ...group, nodegroupName: 'none' }],
      ['DescribeUpdate', { name: 'bank', updateId: 'none' }],
      ['DescribeUpdate', { name: 'bank', nodegroupName: 'main', updateId: 'none' }],
    ] as const)
      expect(world.error(operation, input)).toMatchObject({ name: 'ResourceNotFoundException', statusCode: 404 });
  });

  test('operations and members that are not simulated are refused by name', () => {
    const world = new Region();
    expect(world.error('DeleteCluster', { name: 'bank' })).toMatchObject({ name: 'UnknownOperationException' });
    const call = {
      caller: { principal: role, name: 't', accountId, region },
      region,
      operation: 'DeleteCluster',
      input: {},
    };
    expect(() => world.eks.invoke(call)).toThrow('DeleteCluster');
    expect(world.error('UpdateNodegroupConfig', { ...group, taints: {} }).message).toContain('taints');
  });
});

describe('demands', () => {
  test('name the cluster, the node group with its id, or everything', () => {
    const world = new Region();
    const resource = (operation: string, input: Record<string, unknown>) =>
      world.eks.demands({ caller: { principal: role, name: 't', accountId, region }, region, operation, input })[0];
    const cluster = `arn:aws:eks:${region}:${accountId}:cluster/bank`;
    const arn = world.describeGroup().nodegroupArn;
    expect(arn).toMatch(/:nodegroup\/bank\/main\/[0-9a-f-]{36}$/);
    expect(resource('ListClusters', {})).toEqual({ action: 'eks:ListClusters', resource: '*' });
    expect(resource('DescribeCluster', { name: 'bank' })).toEqual({ action: 'eks:DescribeCluster', resource: cluster });
    expect(resource('ListNodegroups', { clusterName: 'bank' })?.resource).toBe(cluster);
    expect(resource('DescribeUpdate', { name: 'bank' })?.resource).toBe(cluster);
    expect(resource('DescribeUpdate', { name: 'bank', nodegroupName: 'main' })?.resource).toBe(arn);
    expect(resource('UpdateNodegroupConfig', group)).toEqual({ action: 'eks:UpdateNodegroupConfig', resource: arn });
  });
});

describe('a node group', () => {
  test('has its desired nodes from the start, spread over the zones', () => {
    const world = new Region({ group: { desiredSize: 2 } });
    const nodes = world.lab.cluster.objects('Node');
    expect(nodes.map((node) => node.metadata.labels?.['topology.kubernetes.io/zone'])).toEqual([
      `${region}a`,
      `${region}b`,
    ]);
    expect(nodes[0]?.metadata.labels).toMatchObject({
      'node.kubernetes.io/instance-type': 'm6i.xlarge',
      'eks.amazonaws.com/nodegroup': 'main',
    });
    expect(world.call('ListNodegroups', { clusterName: 'bank' })).toEqual({ nodegroups: ['main'] });
  });

  test('updates asynchronously, and its nodes come a minute or more later', async () => {
    const world = new Region();
    const update = world.resize(3);
    expect(update).toMatchObject({
      status: 'InProgress',
      type: 'ConfigUpdate',
      params: [{ type: 'DesiredSize', value: '3' }],
      errors: [],
    });
    expect(world.describeGroup()).toMatchObject({
      status: 'UPDATING',
      scalingConfig: { minSize: 1, maxSize: 5, desiredSize: 3 },
    });
    await world.lab.run(40);
    const asked = world.call('DescribeUpdate', { name: 'bank', nodegroupName: 'main', updateId: update.id });
    expect(asked.update.status).toBe('Successful');
    expect(world.describeGroup()).toMatchObject({ status: 'ACTIVE', health: { issues: [] } });
    expect(world.nodes).toBe(1);
    await world.lab.run(65);
    expect(world.nodes).toBe(3);
  });

  test('refuses a second update while one goes on, but knows a repeated one by its token', async () => {
    const world = new Region();
    const first = world.resize(2, { clientRequestToken: 'one' });
    expect(world.resize(2, { clientRequestToken: 'one' }).id).toBe(first.id);
    const other = { ...group, scalingConfig: { desiredSize: 4 }, clientRequestToken: 'two' };
    expect(world.error('UpdateNodegroupConfig', other)).toMatchObject({
      name: 'ResourceInUseException',
      statusCode: 409,
    });
    await world.lab.run(40);
    expect(world.resize(4, { clientRequestToken: 'two' }).id).not.toBe(first.id);
  });

  test.each([
    [{ desiredSize: 6 }],
    [{ desiredSize: 0 }],
    [{ minSize: 9 }],
    [{ minSize: -1 }],
    [{ maxSize: 0, minSize: 0 }],
  ])('refuses %j', (scalingConfig) => {
    expect(new Region().error('UpdateNodegroupConfig', { ...group, scalingConfig })).toMatchObject({
      name: 'InvalidParameterException',
      statusCode: 400,
    });
  });

  test('moves its limits', async () => {
    const world = new Region();
    world.call('UpdateNodegroupConfig', { ...group, scalingConfig: { minSize: 2, maxSize: 8, desiredSize: 2 } });
    expect(world.describeGroup().scalingConfig).toEqual({ minSize: 2, maxSize: 8, desiredSize: 2 });
    await world.lab.run(40);
    expect(world.call('UpdateNodegroupConfig', group).update.params).toEqual([]);
  });

  test('that shrinks gives up launches first, then its youngest nodes', async () => {
    const world = new Region({ group: { desiredSize: 2 } });
    world.resize(4);
    await world.lab.run(40);
    world.resize(1);
    await world.lab.run(120);
    expect(world.lab.cluster.objects('Node').map((node) => node.metadata.name)).toEqual([
      `ip-10-0-0-4.${region}.compute.internal`,
    ]);
  });

  test('without capacity reports it and gets its nodes when there is some again', async () => {
    const world = new Region();
    world.eks.setCapacity(region, '*', 1);
    world.resize(4);
    await world.lab.run(300);
    expect(world.nodes).toBe(2);
    const described = world.describeGroup();
    expect(described.status).toBe('DEGRADED');
    expect(described.health.issues).toEqual([
      expect.objectContaining({
        code: 'AsgInstanceLaunchFailures',
        message: expect.stringContaining('InsufficientInstanceCapacity'),
      }),
    ]);
    world.eks.setCapacity(region, 'm6i.xlarge', 10);
    world.eks.setCapacity(region, '*', 10);
    await world.lab.run(300);
    expect(world.nodes).toBe(4);
    expect(world.describeGroup()).toMatchObject({ status: 'ACTIVE', health: { issues: [] } });
  });

  test('of a dead region stays as it was', async () => {
    const world = new Region();
    world.resize(3);
    world.lab.cluster.stop();
    await world.lab.run(300);
    expect(world.nodes).toBe(1);
  });
});

describe('an autoscaler', () => {
  const big = (replicas: number, rest: Record<string, unknown> = {}) =>
    deployment('big', { replicas }, podTemplate('big', { resources: { requests: { cpu: '2' } } }, rest));

  test.each(['cluster-autoscaler', 'karpenter', 'auto-mode'] as const)(
    '%s brings as many nodes as the pods need',
    async (kind) => {
      const world = new Region({ autoscaler: kind });
      world.lab.cluster.load([big(3)]);
      await world.lab.run(200);
      expect(world.lab.readyPods()).toHaveLength(3);
      expect(world.nodes).toBe(3);
      expect(world.describeGroup().scalingConfig.desiredSize).toBe(3);
    },
  );

  test('none brings none', async () => {
    const world = new Region();
    world.lab.cluster.load([big(3)]);
    await world.lab.run(300);
    expect(world.nodes).toBe(1);
  });

  test('stops at the maximum size and at pods that no node could hold', async () => {
    const world = new Region({ autoscaler: 'cluster-autoscaler', group: { maxSize: 2 } });
    world.lab.cluster.load([
      big(5),
      deployment('huge', {}, podTemplate('huge', { resources: { requests: { cpu: '64' } } })),
    ]);
    await world.lab.run(600);
    expect(world.nodes).toBe(2);
    expect(world.lab.readyPods()).toHaveLength(2);
  });

  test('chooses the group that suits a pod', async () => {
    const one = { name: 'main', minSize: 0, maxSize: 5, desiredSize: 0, instanceType: 'm6i.xlarge' };
    const groups = [one, { ...one, name: 'fast', instanceType: 'c7i.2xlarge', labels: { pool: 'fast' } }];
    const world = new Region({ autoscaler: 'cluster-autoscaler', groups });
    world.lab.cluster.load([big(2, { nodeSelector: { pool: 'fast' } })]);
    await world.lab.run(200);
    expect(world.lab.cluster.objects('Node').map((node) => node.metadata.labels?.pool)).toEqual(['fast']);
    expect(world.lab.readyPods()).toHaveLength(2);
  });

  test('of Karpenter needs no node group, Cluster Autoscaler does', async () => {
    for (const [kind, ready] of [
      ['karpenter', 2],
      ['cluster-autoscaler', 0],
    ] as const) {
      const world = new Region({ autoscaler: kind, groups: [] });
      world.lab.cluster.load([big(2)]);
      await world.lab.run(200);
      expect(world.lab.readyPods()).toHaveLength(ready);
      expect(world.call('ListNodegroups', { clusterName: 'bank' }).nodegroups).toEqual([]);
    }
  });
});

describe('access entries', () => {
  const cluster = { Type: 'cluster' };
  const ask = (world: Region, method: string, path: string, principal = role): number => {
    const user = world.eks.authenticate(region, 'bank', principal);
    if (user === undefined) return 401;
    return world.lab.ask(method, path, method === 'GET' ? undefined : { spec: { replicas: 2 } }, {
      user,
      type: 'application/merge-patch+json',
    }).status;
  };
  const loaded = (...objects: KubernetesObject[]): Region => {
    const world = new Region();
    world.lab.cluster.load([deployment('web'), object('v1', 'Secret', 's', {}), ...objects]);
    return world;
  };
  const shop = '/apis/apps/v1/namespaces/shop/deployments';
  const secrets = '/api/v1/namespaces/shop/secrets';

  test('let a role in by its ARN and by those of its sessions, nobody else', () => {
    const world = loaded();
    world.grant({ AccessPolicies: [{ PolicyArn: policy('AmazonEKSClusterAdminPolicy'), AccessScope: cluster }] });
    const session = `arn:aws:sts::${accountId}:assumed-role/scale/run-7`;
    expect(ask(world, 'GET', '/api/v1/nodes')).toBe(200);
    expect(ask(world, 'GET', '/api/v1/nodes', session)).toBe(200);
    expect(world.eks.authenticate(region, 'bank', session)).toMatchObject({ name: session, rules: 'all' });
    expect(ask(world, 'GET', '/api/v1/nodes', `arn:aws:sts::${accountId}:assumed-role/other/run-7`)).toBe(401);
    expect(ask(world, 'GET', '/api/v1/nodes', `arn:aws:iam::${accountId}:role/other`)).toBe(401);
    expect(world.eks.authenticate('us-east-1', 'bank', role)).toBeUndefined();
  });

  test.each([
    ['AmazonEKSClusterAdminPolicy', [200, 200, 200, 200]],
    ['AmazonEKSAdminPolicy', [200, 200, 200, 403]],
    ['AmazonEKSEditPolicy', [200, 200, 200, 403]],
    ['AmazonEKSViewPolicy', [200, 403, 403, 403]],
    ['AmazonEKSAdminViewPolicy', [200, 403, 200, 200]],
  ])('%s allows reading, scaling, secrets, nodes: %j', (name, statuses) => {
    const world = loaded();
    world.grant({ AccessPolicies: [{ PolicyArn: policy(name), AccessScope: cluster }] });
    expect([
      ask(world, 'GET', shop),
      ask(world, 'PATCH', `${shop}/web/scale`),
      ask(world, 'GET', secrets),
      ask(world, 'GET', '/api/v1/nodes'),
    ]).toEqual(statuses);
  });

  test('are limited to their namespaces', () => {
    const world = loaded();
    const scope = { Type: 'namespace', Namespaces: ['sh*'] };
    world.grant({ AccessPolicies: [{ PolicyArn: policy('AmazonEKSClusterAdminPolicy'), AccessScope: scope }] });
    expect(ask(world, 'GET', shop)).toBe(200);
    expect(ask(world, 'GET', '/apis/apps/v1/deployments')).toBe(403);
    expect(ask(world, 'GET', '/api/v1/namespaces/default/secrets')).toBe(403);
  });

  test('give groups to the bindings in the cluster', () => {
    const rbac = 'rbac.authorization.k8s.io/v1';
    const world = loaded(
      {
        apiVersion: rbac,
        kind: 'ClusterRole',
        metadata: { name: 'scaler' },
        rules: [{ apiGroups: ['apps'], resources: ['deployments/scale'], verbs: ['patch'] }],
      },
      {
        apiVersion: rbac,
        kind: 'ClusterRoleBinding',
        metadata: { name: 'scaler' },
        subjects: [{ kind: 'Group', name: 'lifeboat' }],
        roleRef: { kind: 'ClusterRole', name: 'scaler' },
      },
    );
    world.grant({ KubernetesGroups: ['lifeboat'], Username: 'lifeboat:{{SessionName}}' });
    expect(ask(world, 'PATCH', `${shop}/web/scale`)).toBe(200);
    expect(ask(world, 'GET', shop)).toBe(403);
    const session = `arn:aws:sts::${accountId}:assumed-role/scale/run-7`;
    expect(world.eks.authenticate(region, 'bank', session)?.name).toBe('lifeboat:run-7');
  });

  test('are refused for what EKS refuses', () => {
    const world = loaded();
    expect(() => world.grant({ KubernetesGroups: ['system:masters'] })).toThrow(/system:masters is invalid/);
    expect(() => world.grant({ ClusterName: 'none' })).toThrow('No cluster found for name: none.');
    expect(() => world.grant({ AccessPolicies: [{ PolicyArn: policy('Unknown'), AccessScope: cluster }] })).toThrow(
      InputError,
    );
    expect(() => world.grant({ AccessPolicies: [{ PolicyArn: 'Unknown', AccessScope: cluster }] })).toThrow(
      /is not simulated/,
    );
    expect(() => world.grant({ Something: 1 })).toThrow(/Something/);
    world.grant({});
    expect(() => world.grant({})).toThrow(/already in use/);
  });
});

describe('instance types', () => {
  test.each([
    ['m5.large', 2, 29, 'amd64'],
    ['m6i.xlarge', 4, 58, 'amd64'],
    ['m7g.4xlarge', 16, 110, 'arm64'],
    ['r7i.16xlarge', 64, 250, 'amd64'],
    ['t3.medium', 2, 17, 'amd64'],
  ])('%s has %d vCPUs and holds %d pods', (type, vcpus, maxPods, architecture) => {
    const offer = instanceCapacity(type);
    expect(offer).toMatchObject({ vcpus, maxPods, architecture });
    expect(offer.allocatableCpuMillis).toBeLessThan(vcpus * 1000);
    expect(offer.allocatableMemoryBytes).toBeLessThan(offer.memoryGib * 2 ** 30);
  });

  test.each(['m6i', 'x9.large', 'm6i.tiny'])('%s is refused with what is known', (type) => {
    expect(() => instanceCapacity(type)).toThrow(/is not simulated; known are m5/);
  });
});

describe('who calls too often', () => {
  test('is throttled by action, and may call again when the bucket has filled a little', async () => {
    const at = new Region();
    const describe50 = () => {
      for (let call = 0; call < 51; call++) at.call('DescribeCluster', { name: 'bank' });
    };
    const throttled = expect.objectContaining({ name: 'ThrottlingException', statusCode: 429 });
    expect(describe50).toThrow(throttled);
    expect(at.call('ListClusters', {})).toEqual({ clusters: ['bank'] });
    await at.lab.run(1);
    for (let call = 0; call < 20; call++) at.call('DescribeCluster', { name: 'bank' });
    expect(() => at.call('DescribeCluster', { name: 'bank' })).toThrow(throttled);
  });

  test('is throttled sooner where calls change something', () => {
    const at = new Region();
    const update = {
      clusterName: 'bank',
      nodegroupName: 'main',
      scalingConfig: { desiredSize: 2 },
      clientRequestToken: 't',
    };
    for (let call = 0; call < 20; call++) at.call('UpdateNodegroupConfig', update);
    expect(() => at.call('UpdateNodegroupConfig', update)).toThrow(
      expect.objectContaining({ name: 'ThrottlingException' }),
    );
  });
});
