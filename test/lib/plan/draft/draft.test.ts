import { describe, expect, test } from '@jest/globals';
import { draftOf } from '../../../../lib/plan/draft/draft.ts';
import type { KubernetesObject } from '../../../../lib/plan/draft/kubernetes-object.ts';
import { configMap, ingress, service, statefulSet, workload } from './manifests.ts';

const partOf = 'app.kubernetes.io/part-of';

function draft(...objects: readonly KubernetesObject[]) {
  return draftOf(objects, 'estates/shop');
}

function application(objects: readonly KubernetesObject[], name: string) {
  const found = draft(...objects).applications.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no application ${name}`);
  return found;
}

describe('applications', () => {
  test('are one per namespace, even where one part-of label spans several', () => {
    const labels = { [partOf]: 'shop' };
    const { applications } = draft(workload('web', 'web', { labels }), workload('orders', 'orders', { labels }));
    expect(applications.map(({ name, selector }) => ({ name, selector }))).toEqual([
      { name: 'web', selector: {} },
      { name: 'orders', selector: {} },
    ]);
  });

  test('are one per part-of label where a namespace has several', () => {
    const { applications } = draft(
      workload('shop', 'web', { labels: { [partOf]: 'front' } }),
      workload('shop', 'gateway', { labels: { [partOf]: 'front' } }),
      workload('shop', 'orders', { labels: { [partOf]: 'Core Banking' } }),
      workload('other', 'x'),
    );
    expect(applications.map(({ name, selector }) => ({ name, selector }))).toEqual([
      { name: 'front', selector: { [partOf]: 'front' } },
      { name: 'core-banking', selector: { [partOf]: 'Core Banking' } },
      { name: 'other', selector: {} },
    ]);
  });

  test.each(['app.kubernetes.io/name', 'app.kubernetes.io/instance', 'app', 'k8s-app', 'name', 'team'])(
    'are told apart by %s where everything is in one namespace',
    (label) => {
      const { applications } = draft(
        workload('default', 'a', { labels: { [label]: 'one' } }),
        workload('default', 'b', { labels: { [label]: 'two' } }),
      );
      expect(applications.map(({ name, selector }) => ({ name, selector }))).toEqual([
        { name: 'one', selector: { [label]: 'one' } },
        { name: 'two', selector: { [label]: 'two' } },
      ]);
    },
  );

  test('take what has no part-of label by the next label that tells it apart', () => {
    const { applications } = draft(
      workload('shop', 'a', { labels: { [partOf]: 'front', app: 'a' } }),
      workload('shop', 'b', { labels: { app: 'b' } }),
    );
    expect(applications.map(({ selector }) => selector)).toEqual([{ [partOf]: 'front' }, { app: 'b' }]);
  });

  test('stay whole where labels would leave a workload out or put it into two', () => {
    const labelled = workload('shop', 'a', { labels: { app: 'a' } });
    const [shop, ...others] = draft(labelled, workload('shop', 'b'), workload('shop', 'c')).applications;
    expect(others).toEqual([]);
    expect(shop?.groupReason).toMatch(/^everything in namespace shop; Deployment\/b, Deployment\/c have no label/);
    expect(draft(labelled, workload('shop', 'b')).applications[0]?.groupReason).toContain('Deployment/b has no label');
    const overlapping = [
      workload('shop', 'a', { labels: { [partOf]: 'front', app: 'b' } }),
      workload('shop', 'b', { labels: { app: 'b' } }),
    ];
    expect(draft(...overlapping).applications).toHaveLength(1);
  });

  test('in the default namespace are called by their shared part-of label', () => {
    const labels = { [partOf]: 'shop' };
    expect(
      draft(workload('default', 'a', { labels }), workload('default', 'b', { labels })).applications[0]?.name,
    ).toBe('shop');
    expect(draft(workload('default', 'a')).applications[0]?.name).toBe('default');
  });

  test('have different names, also where labels of two namespaces agree', () => {
    const split = (namespace: string) => [
      workload(namespace, 'a', { labels: { [partOf]: 'front' } }),
      workload(namespace, 'b', { labels: { [partOf]: 'back' } }),
    ];
    const names = draft(...split('one'), ...split('two'), workload('two-front', 'x')).applications.map(
      ({ name }) => name,
    );
    expect(names).toEqual(['front', 'back', 'two-front', 'two-back', 'two-front-2']);
  });

  test('leave pods and sets that a controller made to their controller', () => {
    const owned = workload('web', 'web-5d', {
      kind: 'ReplicaSet',
      metadata: { ownerReferences: [{ kind: 'Deployment', name: 'web' }] },
    });
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'lone', namespace: 'solo', labels: { app: 'lone' } },
      spec: { containers: [] },
    };
    const { applications } = draft(workload('web', 'web'), owned, pod);
    expect(applications.map(({ name }) => name)).toEqual(['web', 'solo']);
  });

  test('belong to whom a label or an annotation says', () => {
    const namespace = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'web', annotations: { owner: 'channels' } },
    };
    expect(application([namespace, workload('web', 'web')], 'web').owner).toBe('channels');
    expect(application([workload('web', 'web', { labels: { team: 'front' } })], 'web').owner).toBe('front');
    expect(application([workload('web', 'web')], 'web')).not.toHaveProperty('owner');
  });
});

describe('dependencies', () => {
  const orders = [workload('orders', 'orders'), service('orders', 'orders')];

  test('come from variables, arguments, and the ConfigMaps and Secrets that a workload reads', () => {
    const sources: KubernetesObject[][] = [
      [workload('web', 'web', { env: { URL: 'http://orders.orders' } })],
      [workload('web', 'web', { container: { args: ['--orders=http://orders.orders:80'] } })],
      [
        workload('web', 'web', {
          podSpec: { initContainers: [{ name: 'wait', command: ['sh', '-c', 'nc -z orders.orders 80'] }] },
        }),
      ],
      [
        workload('web', 'web', { container: { envFrom: [{ configMapRef: { name: 'web' } }] } }),
        configMap('web', 'web', { u: 'orders.orders:80' }),
      ],
      [
        workload('web', 'web', {
          container: { env: [{ name: 'U', valueFrom: { configMapKeyRef: { name: 'web', key: 'u' } } }] },
        }),
        configMap('web', 'web', { u: 'http://orders.orders' }),
      ],
      [
        workload('web', 'web', { podSpec: { volumes: [{ name: 'v', configMap: { name: 'web' } }] } }),
        configMap('web', 'web', { 'app.yaml': 'orders:\n  url: http://orders.orders.svc.cluster.local/\n' }),
      ],
      [
        workload('web', 'web', {
          podSpec: { volumes: [{ name: 'v', projected: { sources: [{ configMap: { name: 'web' } }] } }] },
        }),
        configMap('web', 'web', { x: 'http://orders.orders' }),
      ],
      [
        workload('web', 'web', { container: { envFrom: [{ secretRef: { name: 'web' } }] } }),
        {
          ...configMap('web', 'web', { u: Buffer.from('amqp://u:p@orders.orders:5672').toString('base64') }),
          kind: 'Secret',
        },
      ],
      [
        workload('web', 'web', { podSpec: { volumes: [{ name: 'v', secret: { secretName: 'web' } }] } }),
        {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'web', namespace: 'web' },
          stringData: { u: 'http://orders.orders' },
        },
      ],
    ];
    for (const source of sources) {
      expect(application([...source, ...orders], 'web').dependsOn).toEqual([
        { name: 'orders', because: expect.stringMatching(/ of Deployment web names Service orders$/) },
      ]);
    }
  });

  test('ignore a ConfigMap that the workload does not read', () => {
    const objects = [workload('web', 'web'), configMap('web', 'web', { u: 'http://orders.orders' }), ...orders];
    expect(application(objects, 'web').dependsOn).toEqual([]);
  });

  test('follow a Service that stands for another', () => {
    const alias = service('web', 'backend', {
      type: 'ExternalName',
      externalName: 'orders.orders.svc.cluster.local',
      selector: undefined,
    });
    const objects = [workload('web', 'web', { env: { URL: 'http://backend' } }), alias, ...orders];
    expect(application(objects, 'web').dependsOn.map(({ name }) => name)).toEqual(['orders']);
  });

  test('never lead to a Service without pods in the folder, to oneself or to the platform', () => {
    const objects = [
      workload('web', 'web', {
        env: { A: 'http://nobody', B: 'http://web', C: 'http://argo.argocd', D: 'http://outside' },
      }),
      service('web', 'web'),
      service('web', 'nobody'),
      service('web', 'outside', { type: 'ExternalName', externalName: 'api.example.com', selector: undefined }),
      workload('argocd', 'argo'),
      service('argocd', 'argo'),
    ];
    expect(application(objects, 'web').dependsOn).toEqual([]);
  });

  test('that would close a cycle are left out, with the cycle and the reason', () => {
    const ring = ['a', 'b', 'c'].flatMap((name, index) => [
      workload(name, name, { env: { NEXT: `http://${['b', 'c', 'a'][index]}.${['b', 'c', 'a'][index]}` } }),
      service(name, name),
    ]);
    const { applications, leftOut } = draft(...ring);
    expect(applications.map(({ dependsOn }) => dependsOn.map(({ name }) => name))).toEqual([['b'], ['c'], []]);
    expect(leftOut).toEqual([
      { from: 'c', to: 'a', cycle: ['c', 'a', 'b', 'c'], because: 'NEXT of Deployment c names Service a' },
    ]);
    expect(applications[2]?.notes[0]).toMatch(/dependency on a left out.*c → a → b → c.*NEXT/);
  });
});

describe('tiers', () => {
  test('say what is missed first, and why', () => {
    const { applications } = draft(
      workload('web', 'web', { env: { URL: 'http://orders.orders' } }),
      service('web', 'web'),
      ingress('web', 'web'),
      workload('orders', 'orders', { env: { URL: 'http://ledger.ledger' } }),
      service('orders', 'orders'),
      workload('ledger', 'ledger'),
      service('ledger', 'ledger'),
      workload('mail', 'mail', { replicas: 3 }),
      workload('wiki', 'wiki'),
      workload('batch', 'nightly', { kind: 'CronJob' }),
    );
    expect(applications.map(({ name, tier, tierReason, pattern }) => [name, tier, pattern, tierReason])).toEqual([
      ['web', 1, 'warm-standby', expect.stringContaining('entered from outside')],
      ['orders', 1, 'warm-standby', 'web (tier 1) depends on it'],
      ['ledger', 1, 'warm-standby', 'orders (tier 1) depends on it'],
      ['mail', 2, 'warm-standby', expect.stringContaining('more than one pod')],
      ['wiki', 3, 'warm-standby', expect.stringContaining('one pod')],
      ['batch', 4, 'pilot-light', 'it only runs by the clock'],
    ]);
  });
});

describe('data stores', () => {
  test('are what writes to volume claims, with what would replicate them', () => {
    const objects = [
      statefulSet('shop', 'db', { image: 'registry.example/library/postgres:16@sha256:abc' }),
      workload('shop', 'files', {
        podSpec: { volumes: [{ name: 'f', persistentVolumeClaim: { claimName: 'files' } }] },
      }),
      workload('shop', 'db', { podSpec: { volumes: [{ name: 'f', persistentVolumeClaim: { claimName: 'db' } }] } }),
    ];
    expect(application(objects, 'shop').stores).toEqual([
      {
        name: 'statefulset-db',
        workload: 'StatefulSet/db',
        engine: 'PostgreSQL',
        replicatedBy: 'aurora-global-database',
      },
      { name: 'files', workload: 'Deployment/files', engine: 'files', replicatedBy: 'efs-replication' },
      { name: 'deployment-db', workload: 'Deployment/db', engine: 'files', replicatedBy: 'efs-replication' },
    ]);
  });

  test('are also what operators make from custom resources, with the Services they will make', () => {
    const cluster = {
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'Cluster',
      metadata: { name: 'pg', namespace: 'data' },
      spec: {},
    };
    const objects = [workload('web', 'web', { env: { URL: 'postgres://pg-rw.data:5432/x' } }), cluster];
    expect(application(objects, 'data').stores).toEqual([
      { name: 'pg', workload: 'Cluster/pg', engine: 'PostgreSQL', replicatedBy: 'aurora-global-database' },
    ]);
    expect(application(objects, 'web').dependsOn.map(({ name }) => name)).toEqual(['data']);
    const other = { ...cluster, apiVersion: 'cluster.x-k8s.io/v1beta1' };
    expect(draft(workload('web', 'web'), other).applications).toHaveLength(1);
  });

  test('without a claim are caches, which the reader is asked about', () => {
    const objects = [
      workload('shop', 'cache', { image: 'redis:7' }),
      workload('shop', 'metrics', { image: 'oliver006/redis_exporter:1' }),
    ];
    const { stores, notes } = application(objects, 'shop');
    expect(stores).toEqual([]);
    expect(notes.filter((note) => note.includes('without a volume claim'))).toEqual([
      expect.stringContaining('Deployment/cache is Redis'),
    ]);
  });

  test('on a node are what no other region has', () => {
    const volumes = [{ name: 'v', hostPath: { path: '/srv/data' } }];
    expect(application([workload('shop', 'a', { podSpec: { volumes } })], 'shop').notes[0]).toContain('(/srv/data)');
    const daemon = workload('shop', 'a', { kind: 'DaemonSet', podSpec: { volumes } });
    expect(application([daemon], 'shop').notes.join()).not.toContain('/srv/data');
  });
});

describe('readiness checks', () => {
  const probing = (probe: object, members: object = {}) => ({
    ports: [{ name: 'http', containerPort: 8080 }],
    readinessProbe: { httpGet: probe },
    ...members,
  });

  test('are the HTTP readiness probes that a Service leads to, by number or by name', () => {
    const byNumber = [workload('a', 'a', { container: probing({ path: '/ready', port: 8080 }) }), service('a', 'a')];
    expect(application(byNumber, 'a').checks).toEqual([{ namespace: 'a', service: 'a', port: 80, path: '/ready' }]);
    const byName = [
      workload('a', 'a', { container: probing({ path: 'ready', port: 'http' }) }),
      service('a', 'a', {
        ports: [
          { port: 81, targetPort: 9 },
          { port: 82, targetPort: 'http' },
        ],
      }),
    ];
    expect(application(byName, 'a').checks).toEqual([{ namespace: 'a', service: 'a', port: 82, path: '/ready' }]);
    const samePort = [
      workload('a', 'a', { container: probing({ port: 8080 }) }),
      service('a', 'a', { ports: [{ port: 8080 }] }),
    ];
    expect(application(samePort, 'a').checks).toEqual([{ namespace: 'a', service: 'a', port: 8080, path: '/' }]);
  });

  test.each([
    ['no Service selects the pods', probing({ path: '/', port: 8080 }), service('a', 'b'), 1],
    ['no port of the Service leads there', probing({ path: '/', port: 9090 }), service('a', 'a'), 1],
    ['the probe speaks TLS', probing({ path: '/', port: 8080, scheme: 'HTTPS' }), service('a', 'a'), 1],
    ['the probe names a port that is not there', probing({ path: '/', port: 'admin' }), service('a', 'a'), 1],
    ['the path is none', probing({ path: '/a b', port: 8080 }), service('a', 'a'), 1],
    ['there are no pods at rest', probing({ path: '/', port: 8080 }), service('a', 'a'), 0],
    ['there is no probe', {}, service('a', 'a'), 1],
  ])('are missing, and asked for, where %s', (_, container, ofService, replicas) => {
    const { checks, notes } = application([workload('a', 'a', { container, replicas }), ofService], 'a');
    expect(checks).toEqual([]);
    expect(notes).toContainEqual(expect.stringContaining('no HTTP readiness probe'));
  });
});

describe('DNS names', () => {
  const web = [workload('web', 'web'), service('web', 'web')];

  test('are the hosts of Ingresses, in the zone above them', () => {
    expect(application([...web, ingress('web', 'web', 'www.Shop.example')], 'web').dns).toEqual([
      { name: 'www.shop.example', zone: 'shop.example', invented: false },
    ]);
    expect(application([...web, ingress('web', 'web', 'shop.example')], 'web').dns).toEqual([
      { name: 'shop.example', zone: 'shop.example', invented: false },
    ]);
  });

  test('are the hosts of Gateway API routes and of OpenShift routes', () => {
    const route = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'r', namespace: 'web' },
    };
    const http = {
      ...route,
      spec: { hostnames: ['a.shop.example'], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] },
    };
    expect(application([...web, http], 'web').dns[0]?.name).toBe('a.shop.example');
    const openshift = {
      ...route,
      apiVersion: 'route.openshift.io/v1',
      kind: 'Route',
      spec: { host: 'b.shop.example', to: { name: 'web' } },
    };
    expect(application([...web, openshift], 'web').dns[0]?.name).toBe('b.shop.example');
    const hostless = { ...openshift, spec: { to: { name: 'web' } } };
    expect(application([...web, hostless], 'web').dns[0]?.invented).toBe(true);
  });

  test.each([
    ['an Ingress without a host', ingress('web', 'web')],
    ['an Ingress whose host is an address', ingress('web', 'web', '10.0.0.1')],
    ['an Ingress whose host is a word', ingress('web', 'web', 'localhost')],
    [
      'an Ingress with a default backend only',
      { ...ingress('web', 'web'), spec: { defaultBackend: { service: { name: 'web' } } } },
    ],
    [
      'an Ingress of the old form',
      { ...ingress('web', 'web'), spec: { rules: [{ http: { paths: [{ backend: { serviceName: 'web' } }] } }] } },
    ],
    ['a load balancer', service('web', 'web', { type: 'LoadBalancer' })],
    ['a node port', service('web', 'web', { type: 'NodePort' })],
  ])('are made up behind %s', (_, entry) => {
    const objects = [workload('web', 'web'), ...(entry.kind === 'Service' ? [entry] : [service('web', 'web'), entry])];
    expect(application(objects, 'web').dns).toEqual([
      { name: 'web.shop.example', zone: 'shop.example', invented: true },
    ]);
  });

  test('below a wildcard are made up in its zone', () => {
    expect(application([...web, ingress('web', 'web', '*.apps.bank.example')], 'web').dns).toEqual([
      { name: 'web.apps.bank.example', zone: 'apps.bank.example', invented: true },
    ]);
  });

  test('belong to one application even where two share a host', () => {
    const objects = [
      ...web,
      ingress('web', 'web', 'www.shop.example'),
      workload('api', 'api'),
      service('api', 'api'),
      ingress('api', 'api', 'www.shop.example'),
    ];
    expect(draft(...objects).applications.map(({ dns }) => dns.map(({ name }) => name))).toEqual([
      ['www.shop.example'],
      [],
    ]);
    const invented = [
      ...objects.slice(0, 2),
      ingress('web', 'web', 'api.shop.example'),
      ...objects.slice(3, 5),
      ingress('api', 'api'),
    ];
    expect(draft(...invented).applications.map(({ dns }) => dns.map(({ name }) => name))).toEqual([
      ['api.shop.example'],
      [],
    ]);
  });

  test('are none where nobody enters, or where the entry leads to nobody', () => {
    expect(application(web, 'web').dns).toEqual([]);
    expect(application([...web, ingress('web', 'elsewhere')], 'web').dns).toEqual([]);
  });
});

describe('the platform', () => {
  test('is recognised by its namespaces, and in kube-system by its workloads', () => {
    const { platform, applications } = draft(
      workload('kube-system', 'coredns'),
      workload('kube-system', 'aws-node', { kind: 'DaemonSet' }),
      workload('kube-system', 'ebs-csi-controller'),
      workload('kube-system', 'aws-load-balancer-controller'),
      workload('kube-system', 'strange'),
      workload('cert-manager', 'cert-manager'),
      workload('cert-manager', 'webhook'),
      workload('flux-system', 'source-controller'),
      workload('external-secrets', 'external-secrets'),
      workload('ingress-nginx', 'controller'),
      workload('monitoring', 'prometheus'),
      workload('web', 'web'),
    );
    expect(platform.map(({ role, name }) => `${role} ${name}`)).toEqual([
      'control-plane eks',
      'cluster-dns coredns',
      'cni aws-node',
      'csi ebs-csi-controller',
      'ingress aws-load-balancer-controller',
      'other strange',
      'cert-manager cert-manager',
      'gitops flux-system',
      'secrets external-secrets',
      'ingress ingress-nginx',
      'other monitoring',
    ]);
    expect(applications.map(({ name }) => name)).toEqual(['web']);
  });

  test('alone is no estate', () => {
    expect(() => draft(workload('kube-system', 'coredns'))).toThrow(/holds only platform components \(kube-system\)/);
  });

  test('and objects without workloads are no estate', () => {
    expect(() => draft(service('web', 'web'))).toThrow(/there are no workloads in estates\/shop/);
  });
});

describe('the estate', () => {
  const named = (dir: string, estate?: string) => draftOf([workload('web', 'web')], dir, estate).estate;

  test('is called like the folder, or its parent where the folder says nothing', () => {
    expect(named('/estates/Retail Store')).toBe('retail-store');
    expect(named('/estates/bank/workloads')).toBe('bank');
    expect(named('/estates/bank/k8s/')).toBe('bank');
  });

  test('has a name that functions and tables can start with', () => {
    expect(named('/x', 'A very long name for an estate of ours')).toBe('a-very-long-name-for');
    expect(named('/x', '2nd-estate')).toBe('e-2nd-estate');
    expect(named('/x', '***')).toBe('estate');
  });
});
