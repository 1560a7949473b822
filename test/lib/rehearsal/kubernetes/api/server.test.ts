import { describe, expect, test } from '@jest/globals';
import type { ApiUser, KubernetesObject } from '../../../../../lib/rehearsal/kubernetes/cluster.ts';
import { matchesSelector, selectorText } from '../../../../../lib/rehearsal/kubernetes/selectors.ts';
import { configMap, deployment, Laboratory, object, podTemplate, service } from '../laboratory.ts';

const configMaps = '/api/v1/namespaces/shop/configmaps';
const deployments = '/apis/apps/v1/namespaces/shop/deployments';
const merge = { type: 'application/merge-patch+json' };
const strategic = { type: 'application/strategic-merge-patch+json' };
const jsonPatch = { type: 'application/json-patch+json' };
const apply = { type: 'application/apply-patch+yaml' };

function laboratory(...objects: KubernetesObject[]): Laboratory {
  const lab = new Laboratory();
  lab.cluster.load([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, ...objects]);
  return lab;
}

const names = (answer: { body: { items: { metadata: { name: string } }[] } }) =>
  answer.body.items.map((item) => item.metadata.name);

describe('health and version', () => {
  test('are answered to everybody', () => {
    const lab = laboratory();
    const user: ApiUser = { name: 'nobody', groups: [], rules: [] };
    for (const path of ['/readyz', '/livez', '/healthz'])
      expect(lab.ask('GET', path, undefined, { user })).toMatchObject({ status: 200, body: 'ok' });
    expect(lab.ask('GET', '/version', undefined, { user }).body).toMatchObject({ major: '1', minor: '33' });
  });
});

describe('discovery', () => {
  const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

  test('lists groups, versions and resources', () => {
    const lab = laboratory();
    expect(lab.get('/api').body.versions).toEqual(['v1']);
    expect(lab.get('/apis').body.groups).toContainEqual({
      name: 'apps',
      versions: [{ groupVersion: 'apps/v1', version: 'v1' }],
      preferredVersion: { groupVersion: 'apps/v1', version: 'v1' },
    });
    expect(lab.get('/apis/apps').body).toMatchObject({ kind: 'APIGroup', name: 'apps' });
    const core = lab.get('/api/v1').body.resources.map((each: { name: string }) => each.name);
    expect(core).toEqual(expect.arrayContaining(['pods', 'pods/status', 'services/proxy', 'namespaces']));
    expect(lab.get('/apis/apps/v1').body.resources).toContainEqual(
      expect.objectContaining({ name: 'deployments/scale', kind: 'Scale' }),
    );
  });

  test('is aggregated when asked so', () => {
    const lab = laboratory();
    const answer = lab.ask('GET', '/apis', undefined, { accept: `${aggregated},application/json` });
    expect(answer.headers['content-type']).toBe(aggregated);
    expect(
      answer.body.items.find((item: { metadata: { name?: string } }) => item.metadata.name === 'apps').versions[0]
        .resources[0],
    ).toMatchObject({
      resource: 'deployments',
      responseKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
      scope: 'Namespaced',
    });
    expect(lab.ask('GET', '/api', undefined, { accept: aggregated }).body.items[0].metadata).toEqual({});
  });

  test.each(['/api/v2', '/apis/none.example.com', '/apis/apps/v9', '/metrics', '/apis/apps/v1/nothings'])(
    'of %s is 404',
    (path) => {
      expect(laboratory().get(path)).toMatchObject({ status: 404, body: { kind: 'Status', reason: 'NotFound' } });
    },
  );
});

describe('reading', () => {
  test('one object, or a 404 Status that names it', () => {
    const lab = laboratory(configMap('a'));
    expect(lab.get(`${configMaps}/a`).body).toMatchObject({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', namespace: 'shop' },
    });
    expect(lab.get(`${deployments}/gone`)).toMatchObject({
      status: 404,
      body: {
        status: 'Failure',
        message: 'deployments.apps "gone" not found',
        details: { name: 'gone', group: 'apps', kind: 'deployments' },
        code: 404,
      },
    });
  });

  test('lists of built-in kinds leave apiVersion and kind out of their items, those of custom kinds do not', () => {
    const lab = laboratory(configMap('a'), object('example.com/v1', 'Thing', 't', {}));
    const list = lab.get(configMaps).body;
    expect(list).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1' });
    expect(Object.keys(list.items[0])).not.toContain('kind');
    expect(lab.get('/apis/example.com/v1/namespaces/shop/things').body.items[0]).toMatchObject({
      apiVersion: 'example.com/v1',
      kind: 'Thing',
    });
  });

  test('by labels', () => {
    const labelled = (name: string, labels: Record<string, string>): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'shop', labels },
    });
    const lab = laboratory(
      labelled('a', { app: 'x', tier: '1' }),
      labelled('b', { app: 'x' }),
      labelled('c', { app: 'y' }),
    );
    const found = (selector: string) => names(lab.get(`${configMaps}?labelSelector=${encodeURIComponent(selector)}`));
    expect(found('app=x')).toEqual(['a', 'b']);
    expect(found('app==x,tier')).toEqual(['a']);
    expect(found('app=x,!tier')).toEqual(['b']);
    expect(found('app in (x, y),tier notin (1)')).toEqual(['b', 'c']);
    expect(found('app!=x')).toEqual(['c', 'kube-root-ca.crt']);
    expect(lab.get(`${configMaps}?labelSelector=${encodeURIComponent('a b')}`).status).toBe(400);
    expect(lab.get(`${configMaps}?labelSelector=${encodeURIComponent('-a=b')}`).status).toBe(400);
  });

  test('by selectors of objects: operators as Kubernetes has them', () => {
    expect(matchesSelector({ a: '5' }, { matchExpressions: [{ key: 'a', operator: 'Gt', values: ['4'] }] })).toBe(true);
    expect(matchesSelector({ a: '5' }, { matchExpressions: [{ key: 'a', operator: 'Lt', values: ['4'] }] })).toBe(
      false,
    );
    expect(matchesSelector({}, {})).toBe(true);
    expect(matchesSelector({}, undefined)).toBe(false);
    expect(() => matchesSelector({}, { matchExpressions: [{ key: 'a', operator: 'Like' }] })).toThrow(/Like/);
    const matchExpressions = [
      { key: 'a', operator: 'In', values: ['1', '2'] },
      { key: 'b', operator: 'NotIn', values: ['3'] },
      { key: 'c', operator: 'Exists' },
      { key: 'd', operator: 'DoesNotExist' },
    ];
    expect(selectorText({ matchLabels: { x: 'y' }, matchExpressions })).toBe('x=y,a in (1,2),b notin (3),c,!d');
  });

  test('by fields', async () => {
    const lab = laboratory(deployment('web', { replicas: 2 }));
    await lab.run(30);
    const [pod] = lab.readyPods();
    const found = (selector: string) => lab.get(`/api/v1/pods?fieldSelector=${encodeURIComponent(selector)}`);
    expect(names(found(`metadata.name=${pod}`))).toEqual([pod]);
    expect(names(found('status.phase=Running,metadata.namespace=shop'))).toHaveLength(2);
    expect(names(found('status.phase!=Running'))).toEqual([]);
    expect(names(found('spec.nodeName=none'))).toEqual([]);
    expect(found('spec.schedulerName=x')).toMatchObject({
      status: 400,
      body: { message: 'field label not supported: spec.schedulerName' },
    });
    expect(found('nonsense').status).toBe(400);
  });

  test('in pages of one cut, whatever is written between', () => {
    const lab = laboratory(...['a', 'b', 'c', 'd', 'e'].map((name) => configMap(name)));
    const first = lab.get(`${configMaps}?limit=2`).body;
    expect(first.metadata).toMatchObject({ remainingItemCount: 4 });
    lab.ask('DELETE', `${configMaps}/c`);
    lab.ask('POST', configMaps, { metadata: { name: 'bb' } });
    lab.ask('PATCH', `${configMaps}/d`, { data: { x: 'new' } }, merge);
    const second = lab.get(`${configMaps}?limit=2&continue=${first.metadata.continue}`).body;
    expect(names({ body: second })).toEqual(['c', 'd']);
    expect(second.items[1].data).toEqual({});
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    const third = lab.get(`${configMaps}?continue=${second.metadata.continue}`).body;
    expect(names({ body: third })).toEqual(['e', 'kube-root-ca.crt']);
    expect(third.metadata.continue).toBeUndefined();
  });

  test('at an exact earlier version; 410 once it is compacted', async () => {
    const lab = laboratory(configMap('a'));
    const version = lab.get(configMaps).body.metadata.resourceVersion;
    lab.ask('DELETE', `${configMaps}/a`);
    lab.ask('POST', configMaps, { metadata: { name: 'b' } });
    const exact = `${configMaps}?resourceVersion=${version}&resourceVersionMatch=Exact`;
    expect(names(lab.get(exact))).toEqual(['a', 'kube-root-ca.crt']);
    expect(names(lab.get(`${configMaps}?resourceVersion=${version}&resourceVersionMatch=NotOlderThan`))).toEqual([
      'b',
      'kube-root-ca.crt',
    ]);
    const { metadata } = lab.get(`${configMaps}?limit=1`).body;
    lab.ask('POST', configMaps, { metadata: { name: 'c' } });
    await lab.run(700);
    lab.ask('POST', configMaps, { metadata: { name: 'd' } });
    expect(lab.get(exact)).toMatchObject({ status: 410, body: { reason: 'Expired' } });
    expect(lab.get(`${configMaps}?continue=${metadata.continue}`)).toMatchObject({
      status: 410,
      body: { reason: 'Expired' },
    });
  });

  test('at a version of the future is 504 with Retry-After', () => {
    const answer = laboratory().get(`${configMaps}?resourceVersion=99999&resourceVersionMatch=Exact`);
    expect(answer).toMatchObject({ status: 504, headers: { 'retry-after': '1' }, body: { reason: 'Timeout' } });
  });

  test.each([
    'resourceVersionMatch=Exact',
    'resourceVersion=1&resourceVersionMatch=Roughly',
    'resourceVersion=x',
    'limit=x',
    'continue=nonsense',
    'continue=bnVsbA&resourceVersion=1',
    'watch=maybe',
    'shards=3',
  ])('with ?%s is a bad request', (query) => {
    expect(laboratory().get(`${configMaps}?${query}`)).toMatchObject({ status: 400, body: { reason: 'BadRequest' } });
  });

  test('by watch is refused by name', () => {
    expect(laboratory().get(`${configMaps}?watch=true`)).toMatchObject({
      status: 501,
      body: { message: expect.stringContaining('watch') },
    });
  });

  test('in protobuf only is not acceptable', () => {
    expect(
      laboratory().ask('GET', configMaps, undefined, { accept: 'application/vnd.kubernetes.protobuf' }).status,
    ).toBe(406);
  });
});

describe('creating', () => {
  test('fills in what the server owns', () => {
    const lab = laboratory();
    const { status, body } = lab.ask('POST', deployments, deployment('web'));
    expect(status).toBe(201);
    expect(body.metadata).toMatchObject({ generation: 1, creationTimestamp: '2026-01-01T00:00:00Z' });
    expect(body.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(body.metadata.managedFields[0]).toMatchObject({ manager: 'tester', operation: 'Update' });
    expect(body.spec.strategy).toEqual({ type: 'RollingUpdate' });
  });

  test('makes a name from generateName', () => {
    const lab = laboratory();
    expect(lab.ask('POST', configMaps, { metadata: { generateName: 'run-' } }).body.metadata.name).toMatch(
      /^run-[a-z0-9]{5}$/,
    );
    expect(lab.ask('POST', configMaps, { metadata: {} }).status).toBe(422);
  });

  test('what exists is 409 AlreadyExists', () => {
    const lab = laboratory(configMap('a'));
    expect(lab.ask('POST', configMaps, configMap('a'))).toMatchObject({
      status: 409,
      body: { reason: 'AlreadyExists', message: 'configmaps "a" already exists' },
    });
  });

  test('with dryRun=All leaves no trace', () => {
    const lab = laboratory();
    expect(lab.ask('POST', `${configMaps}?dryRun=All`, configMap('a')).status).toBe(201);
    expect(lab.get(`${configMaps}/a`).status).toBe(404);
    expect(lab.ask('POST', `${configMaps}?dryRun=Some`, configMap('a')).status).toBe(400);
  });

  test('a status given is not taken', () => {
    const lab = laboratory();
    const { body } = lab.ask('POST', deployments, { ...deployment('web'), status: { replicas: 9 } });
    expect(body.status).toBeUndefined();
  });

  test.each([
    ['not JSON', configMaps, '{', 400],
    ['no metadata', configMaps, {}, 400],
    ['another kind', configMaps, { kind: 'Secret', metadata: { name: 'a' } }, 400],
    ['another namespace', configMaps, { metadata: { name: 'a', namespace: 'other' } }, 400],
    ['a namespaced kind without namespace', '/api/v1/configmaps', { metadata: { name: 'a' } }, 400],
    ['a name that is none', configMaps, { metadata: { name: 'A_b' } }, 422],
    ['an unknown namespace', '/api/v1/namespaces/none/configmaps', { metadata: { name: 'a' } }, 404],
  ])('%s is refused', (_what, path, body, status) => {
    expect(laboratory().ask('POST', path, body)).toMatchObject({ status, body: { kind: 'Status', status: 'Failure' } });
  });

  test.each<[string, string, KubernetesObject, string]>([
    [
      'selector and template that differ',
      'apps/v1/namespaces/shop/deployments',
      deployment('web', {}, podTemplate('other')),
      'spec.template.metadata.labels',
    ],
    ['negative replicas', 'apps/v1/namespaces/shop/deployments', deployment('web', { replicas: -1 }), 'spec.replicas'],
    [
      'a container without image',
      'apps/v1/namespaces/shop/deployments',
      deployment('web', {}, podTemplate('web', { image: undefined })),
      'spec.template.spec.containers[0].image',
    ],
    [
      'a bad schedule',
      'batch/v1/namespaces/shop/cronjobs',
      object('batch/v1', 'CronJob', 'c', {
        spec: { schedule: 'often', jobTemplate: { spec: { template: podTemplate('c') } } },
      }),
      'spec.schedule',
    ],
    [
      'no schedule',
      'batch/v1/namespaces/shop/cronjobs',
      object('batch/v1', 'CronJob', 'c', { spec: { jobTemplate: { spec: { template: podTemplate('c') } } } }),
      'spec.schedule',
    ],
    [
      'an unknown time zone',
      'batch/v1/namespaces/shop/cronjobs',
      object('batch/v1', 'CronJob', 'c', {
        spec: { schedule: '* * * * *', timeZone: 'Mars', jobTemplate: { spec: { template: podTemplate('c') } } },
      }),
      'spec.timeZone',
    ],
    [
      'limits the wrong way round',
      'autoscaling/v2/namespaces/shop/horizontalpodautoscalers',
      object('autoscaling/v2', 'HorizontalPodAutoscaler', 'h', {
        spec: { minReplicas: 3, maxReplicas: 2, scaleTargetRef: {} },
      }),
      'spec.maxReplicas',
    ],
    [
      'no limit',
      'autoscaling/v2/namespaces/shop/horizontalpodautoscalers',
      object('autoscaling/v2', 'HorizontalPodAutoscaler', 'h', { spec: {} }),
      'spec.maxReplicas',
    ],
  ])('%s is 422 with its field', (_what, path, body, field) => {
    const answer = laboratory().ask('POST', `/apis/${path}`, body);
    expect(answer).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
    expect(answer.body.details.causes.map((cause: { field: string }) => cause.field)).toContain(field);
  });
});

describe('replacing', () => {
  test('grows the generation with the spec only, and writes nothing when nothing changed', () => {
    const lab = laboratory(deployment('web'));
    const { body } = lab.get(`${deployments}/web`);
    const relabelled = lab.ask('PUT', `${deployments}/web`, {
      ...body,
      metadata: { ...body.metadata, labels: { a: 'b' } },
    });
    expect(relabelled.body.metadata.generation).toBe(1);
    const scaled = lab.ask('PUT', `${deployments}/web`, { ...relabelled.body, spec: { ...body.spec, replicas: 2 } });
    expect(scaled.body.metadata.generation).toBe(2);
    const again = lab.ask('PUT', `${deployments}/web`, scaled.body);
    expect(again.body.metadata.resourceVersion).toBe(scaled.body.metadata.resourceVersion);
  });

  test('from a stale version is 409 Conflict', () => {
    const lab = laboratory(configMap('a'));
    const { body } = lab.get(`${configMaps}/a`);
    expect(lab.ask('PUT', `${configMaps}/a`, { ...body, data: { x: '1' } }).status).toBe(200);
    expect(lab.ask('PUT', `${configMaps}/a`, { ...body, data: { x: '2' } })).toMatchObject({
      status: 409,
      body: { reason: 'Conflict' },
    });
    const otherUid = { ...body, metadata: { name: 'a', namespace: 'shop', uid: 'other' } };
    expect(lab.ask('PUT', `${configMaps}/a`, otherUid)).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('Precondition failed: UID') },
    });
  });

  test('under another name is refused, and what is not there is not created', () => {
    const lab = laboratory(configMap('a'));
    expect(lab.ask('PUT', `${configMaps}/a`, configMap('b')).status).toBe(400);
    expect(lab.ask('PUT', `${configMaps}/b`, configMap('b')).status).toBe(404);
  });

  test('status and spec go separate ways', async () => {
    const lab = laboratory(deployment('web', { paused: true, replicas: 0 }));
    await lab.run(5);
    const { body } = lab.get(`${deployments}/web`);
    const changed = { ...body, spec: { ...body.spec, replicas: 5 }, status: { replicas: 7 } };
    expect(lab.ask('PUT', `${deployments}/web/status`, changed).body).toMatchObject({
      spec: { replicas: 0 },
      status: { replicas: 7 },
    });
    expect(
      lab.ask('PATCH', `${deployments}/web`, { status: { replicas: 8 }, spec: { replicas: 1 } }, merge).body,
    ).toMatchObject({
      spec: { replicas: 1 },
      status: { replicas: 7 },
    });
    expect(lab.get(`${deployments}/web/status`).body.status.replicas).toBe(7);
    expect(lab.ask('POST', `${deployments}/web/status`, body).status).toBe(405);
  });
});

describe('patching', () => {
  test('by merge, JSON and strategic patch', () => {
    const lab = laboratory(
      deployment(
        'web',
        {},
        podTemplate('web', {
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
        }),
      ),
    );
    const path = `${deployments}/web`;
    lab.ask('PATCH', path, { metadata: { labels: { a: 'b' } }, spec: { replicas: 3 } }, merge);
    lab.ask(
      'PATCH',
      path,
      [
        { op: 'test', path: '/spec/replicas', value: 3 },
        { op: 'replace', path: '/spec/replicas', value: 4 },
        { op: 'add', path: '/metadata/labels/x~1y', value: 'z' },
      ],
      jsonPatch,
    );
    const container = {
      name: 'main',
      env: [
        { name: 'B', value: '3' },
        { name: 'A', $patch: 'delete' },
      ],
    };
    lab.ask(
      'PATCH',
      path,
      { spec: { template: { spec: { containers: [container, { name: 'side', image: 's' }] } } } },
      strategic,
    );
    const { metadata, spec } = lab.get(path).body;
    expect(metadata.labels).toEqual({ a: 'b', 'x/y': 'z' });
    expect(spec.replicas).toBe(4);
    expect(spec.template.spec.containers.map((each: { name: string }) => each.name)).toEqual(['main', 'side']);
    expect(spec.template.spec.containers[0].env).toEqual([{ name: 'B', value: '3' }]);
    expect(spec.template.spec.containers[0].image).toBe('registry/web:1');
    lab.ask('PATCH', path, { metadata: { labels: { a: null } } }, merge);
    expect(lab.get(path).body.metadata.labels).toEqual({ 'x/y': 'z' });
  });

  test.each([
    ['a media type that is none', { type: 'text/plain' }, {}, 415],
    ['a directive that is not simulated', strategic, { spec: { $setElementOrder: [] } }, 501],
    ['a JSON patch that is no list', jsonPatch, {}, 400],
    ['an operation without path', jsonPatch, [{ op: 'add' }], 400],
    ['an unknown operation', jsonPatch, [{ op: 'mangle', path: '/a' }], 400],
    ['a test that fails', jsonPatch, [{ op: 'test', path: '/spec/replicas', value: 9 }], 400],
    ['a path that is not there', jsonPatch, [{ op: 'remove', path: '/spec/none' }], 400],
    ['a path through nothing', jsonPatch, [{ op: 'add', path: '/spec/none/deeper', value: 1 }], 400],
    ['a list index that is not there', jsonPatch, [{ op: 'remove', path: '/spec/template/spec/containers/5' }], 400],
    ['a stale version', merge, { metadata: { resourceVersion: '1' } }, 409],
    ['an invalid result', merge, { spec: { replicas: -1 } }, 422],
  ])('with %s is refused', (_what, type, body, status) => {
    expect(laboratory(deployment('web')).ask('PATCH', `${deployments}/web`, body, type).status).toBe(status);
  });

  test('a custom resource by strategic merge is 415', () => {
    const lab = laboratory(object('example.com/v1', 'Thing', 't', {}));
    expect(lab.ask('PATCH', '/apis/example.com/v1/namespaces/shop/things/t', {}, strategic).status).toBe(415);
  });
});

describe('server-side apply', () => {
  const applied = (replicas: number | undefined, rest: Record<string, unknown> = {}) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', ...rest },
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      selector: { matchLabels: { app: 'web' } },
      template: podTemplate('web'),
    },
  });
  const as = (manager: string, force = false) =>
    `${deployments}/web?fieldManager=${manager}${force ? '&force=true' : ''}`;

  test('creates what is absent and changes what is there', () => {
    const lab = laboratory();
    expect(lab.ask('PATCH', as('gitops'), applied(1), apply).status).toBe(201);
    const same = lab.ask('PATCH', as('gitops'), applied(1), apply);
    expect(same.status).toBe(200);
    const changed = lab.ask('PATCH', as('gitops'), applied(2), apply);
    expect(changed.body).toMatchObject({ spec: { replicas: 2 }, metadata: { generation: 2 } });
    expect(changed.body.metadata.managedFields).toHaveLength(1);
    expect(changed.body.metadata.managedFields[0].fieldsV1['f:spec']['f:replicas']).toEqual({});
  });

  test("conflicts with another manager's value unless forced, and then takes the field over", () => {
    const lab = laboratory();
    lab.ask('PATCH', as('gitops'), applied(1), apply);
    const conflict = lab.ask('PATCH', as('lifeboat'), applied(3), apply);
    expect(conflict).toMatchObject({
      status: 409,
      body: { reason: 'Conflict', message: 'Apply failed with 1 conflict: conflict with "gitops": .spec.replicas' },
    });
    expect(conflict.body.details.causes).toEqual([
      { reason: 'FieldManagerConflict', message: 'conflict with "gitops"', field: '.spec.replicas' },
    ]);
    expect(lab.ask('PATCH', as('lifeboat', true), applied(3), apply).body.spec.replicas).toBe(3);
    const back = lab.ask('PATCH', as('gitops'), applied(1), apply);
    expect(back.body.message).toContain('conflict with "lifeboat"');
    expect(lab.ask('PATCH', as('gitops'), applied(3), apply).status).toBe(200);
  });

  test('conflicts with what an update wrote', () => {
    const lab = laboratory();
    lab.ask('PATCH', as('gitops'), applied(1), apply);
    lab.ask('PATCH', `${deployments}/web?fieldManager=person`, { spec: { replicas: 5 } }, merge);
    expect(lab.ask('PATCH', as('gitops'), applied(1), apply).body.message).toContain(
      'conflict with "person": .spec.replicas',
    );
  });

  test('removes what its manager no longer applies and nobody else owns', () => {
    const lab = laboratory();
    const withEnv = (env: unknown) => ({
      ...applied(1, { labels: { a: '1', b: '2' } }),
      spec: { ...applied(1).spec, template: podTemplate('web', { env }) },
    });
    lab.ask(
      'PATCH',
      as('gitops'),
      withEnv([
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ]),
      apply,
    );
    lab.ask('PATCH', as('other'), { ...applied(undefined, { labels: { b: '2' } }) }, apply);
    const next = { ...withEnv([{ name: 'B', value: '2' }]), metadata: { name: 'web' } };
    const { metadata, spec } = lab.ask('PATCH', as('gitops'), next, apply).body;
    expect(metadata.labels).toEqual({ b: '2' });
    expect(spec.template.spec.containers[0].env).toEqual([{ name: 'B', value: '2' }]);
  });

  test('reads YAML', () => {
    const lab = laboratory();
    const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  x: "1"\n';
    expect(lab.ask('PATCH', `${configMaps}/a?fieldManager=m`, yaml, apply)).toMatchObject({
      status: 201,
      body: { data: { x: '1' } },
    });
    expect(
      lab.ask('PATCH', `${configMaps}/a?fieldManager=m&dryRun=All`, yaml.replace('1"', '2"'), apply).body.data,
    ).toEqual({ x: '2' });
    expect(lab.get(`${configMaps}/a`).body.data).toEqual({ x: '1' });
  });

  test.each([
    ['no manager', `${configMaps}/a`, { metadata: { name: 'a' } }, 400],
    ['another name', `${configMaps}/a?fieldManager=m`, { metadata: { name: 'b' } }, 400],
    ['managedFields of its own', `${configMaps}/a?fieldManager=m`, { metadata: { name: 'a', managedFields: [] } }, 400],
    ['a subresource', `${deployments}/web/status?fieldManager=m`, { metadata: { name: 'web' } }, 501],
  ])('with %s is refused', (_what, path, body, status) => {
    expect(laboratory(deployment('web')).ask('PATCH', path, body, apply).status).toBe(status);
  });
});

describe('deleting', () => {
  test('one object, a selection, or none with dryRun', () => {
    const lab = laboratory(configMap('a'), configMap('b'), configMap('c'));
    expect(lab.ask('DELETE', `${configMaps}/a?dryRun=All`).status).toBe(200);
    expect(lab.ask('DELETE', `${configMaps}/a`, { preconditions: { uid: 'other' } }).status).toBe(409);
    expect(lab.ask('DELETE', `${configMaps}/a`).status).toBe(200);
    expect(lab.ask('DELETE', `${configMaps}/a`).status).toBe(404);
    expect(lab.ask('DELETE', `${configMaps}?fieldSelector=metadata.name%3Db`).body.status).toBe('Success');
    expect(names(lab.get(configMaps))).toEqual(['c', 'kube-root-ca.crt']);
    lab.ask('DELETE', `${configMaps}?dryRun=All`);
    expect(names(lab.get(configMaps))).toHaveLength(2);
  });

  test.each([
    ['propagationPolicy=Foreground', 501],
    ['propagationPolicy=Sideways', 400],
    ['orphanDependents=true', 501],
  ])('with ?%s is refused', (query, status) => {
    expect(laboratory(configMap('a')).ask('DELETE', `${configMaps}/a?${query}`).status).toBe(status);
  });
});

describe('the scale subresource', () => {
  const path = `${deployments}/web/scale`;

  test('shows and sets the replicas', async () => {
    const lab = laboratory(deployment('web', { replicas: 2 }));
    await lab.run(30);
    const { body } = lab.get(path);
    expect(body).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 2 },
      status: { replicas: 2, selector: 'app=web' },
    });
    expect(lab.ask('PUT', path, { ...body, spec: { replicas: 3 } }).body.spec.replicas).toBe(3);
    expect(
      lab.ask('PATCH', path, [{ op: 'replace', path: '/spec/replicas', value: 4 }], jsonPatch).body.spec.replicas,
    ).toBe(4);
    expect(lab.ask('PATCH', `${path}?dryRun=All`, { spec: { replicas: 9 } }, merge).body.spec.replicas).toBe(9);
    expect(lab.get(`${deployments}/web`).body).toMatchObject({ spec: { replicas: 4 }, metadata: { generation: 3 } });
    await lab.run(30);
    expect(lab.readyPods()).toHaveLength(4);
  });

  test.each([
    ['a stale version', 'PUT', { metadata: { resourceVersion: '1' }, spec: { replicas: 1 } }, 409],
    ['a negative count', 'PUT', { spec: { replicas: -1 } }, 422],
    ['what is not JSON', 'PUT', '{', 400],
    ['another method', 'POST', {}, 405],
  ])('refuses %s', (_what, method, body, status) => {
    expect(laboratory(deployment('web')).ask(method, path, body).status).toBe(status);
  });

  test('exists only where the kind has it', () => {
    expect(laboratory(configMap('a')).get(`${configMaps}/a/scale`).status).toBe(404);
  });
});

describe('the service proxy', () => {
  const proxy = (name: string) => `/api/v1/namespaces/shop/services/${name}/proxy/health`;

  test('answers when the port exists and a ready pod is behind it', async () => {
    const lab = laboratory(deployment('web'), service('web'));
    expect(lab.get(proxy('web:http'))).toMatchObject({
      status: 503,
      body: { message: 'no endpoints available for service "web:http"' },
    });
    await lab.run(30);
    for (const name of ['web', 'web:http', 'web:80', 'http:web:80'])
      expect(lab.get(proxy(name))).toMatchObject({ status: 200, body: 'ok\n' });
    expect(lab.get(proxy('web:9090'))).toMatchObject({ status: 503, body: { reason: 'ServiceUnavailable' } });
    expect(lab.get(proxy('gone')).status).toBe(404);
    expect(lab.ask('POST', proxy('web'), {}).status).toBe(501);
  });
});

describe('methods and subresources', () => {
  test.each([
    ['PUT', configMaps, 405],
    ['POST', `${configMaps}/a`, 405],
    ['GET', '/api/v1/namespaces/shop/pods/x/log', 501],
    ['POST', '/api/v1/namespaces/shop/pods/x/eviction', 501],
    ['GET', `${configMaps}/a/status`, 404],
    ['GET', `${configMaps}/a/b/c`, 404],
    ['GET', '/api/v1/configmaps/a', 404],
    ['GET', '/api/v1/namespaces/shop/nodes', 404],
    ['GET', '/api/v1/namespaces/%zz/pods', 400],
  ])('%s %s is %d', (method, path, status) => {
    expect(laboratory(configMap('a')).ask(method, path, method === 'GET' ? undefined : {}).status).toBe(status);
  });
});

describe('authorization', () => {
  const reader = (rules: ApiUser['rules'], groups: string[] = []): { user: ApiUser } => ({
    user: { name: 'reader', groups, rules },
  });

  test('without a rule is 403 and names user, verb and resource', () => {
    const lab = laboratory(deployment('web'));
    expect(lab.ask('GET', `${deployments}/web`, undefined, reader([]))).toMatchObject({
      status: 403,
      body: {
        reason: 'Forbidden',
        message:
          'deployments.apps "web" is forbidden: User "reader" cannot get resource "deployments" in API group "apps" in the namespace "shop"',
      },
    });
    expect(lab.ask('GET', '/api/v1/nodes', undefined, reader([])).body.message).toContain(
      'nodes is forbidden: User "reader" cannot list resource "nodes" in API group "" at the cluster scope',
    );
  });

  test('follows group, resource, verb, name and namespace of the rules', () => {
    const lab = laboratory(deployment('web'), configMap('a'), configMap('b'));
    const status = (method: string, path: string, rule: object, body?: unknown) =>
      lab.ask(method, path, body, {
        ...reader([{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], ...rule }]),
        ...merge,
      }).status;
    expect(status('GET', deployments, { verbs: ['list'] })).toBe(200);
    expect(status('GET', deployments, { verbs: ['get'] })).toBe(403);
    expect(status('GET', deployments, { apiGroups: [''] })).toBe(403);
    expect(status('PATCH', `${deployments}/web/scale`, { resources: ['deployments'] }, { spec: { replicas: 1 } })).toBe(
      403,
    );
    expect(
      status('PATCH', `${deployments}/web/scale`, { resources: ['deployments/scale'] }, { spec: { replicas: 1 } }),
    ).toBe(200);
    expect(status('PATCH', `${deployments}/web/scale`, { resources: ['*/scale'] }, { spec: { replicas: 1 } })).toBe(
      200,
    );
    expect(status('GET', `${configMaps}/a`, { resourceNames: ['a'] })).toBe(200);
    expect(status('GET', `${configMaps}/b`, { resourceNames: ['a'] })).toBe(403);
    expect(status('GET', configMaps, { resourceNames: ['a'] })).toBe(403);
    expect(status('GET', configMaps, { namespaces: ['sh*'] })).toBe(200);
    expect(status('GET', configMaps, { namespaces: ['other'] })).toBe(403);
    expect(status('GET', '/api/v1/configmaps', { namespaces: ['*'] })).toBe(403);
    expect(status('DELETE', configMaps, { verbs: ['delete'] })).toBe(403);
  });

  test('follows the bindings in the cluster', () => {
    const rbac = 'rbac.authorization.k8s.io/v1';
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }];
    const lab = laboratory(
      configMap('a'),
      object(rbac, 'Role', 'maps', { rules }),
      object(rbac, 'RoleBinding', 'maps', {
        subjects: [{ kind: 'Group', name: 'lifeboat' }],
        roleRef: { kind: 'Role', name: 'maps' },
      }),
      {
        apiVersion: rbac,
        kind: 'ClusterRole',
        metadata: { name: 'nodes', labels: { part: 'yes' } },
        rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['list'] }],
      },
      {
        apiVersion: rbac,
        kind: 'ClusterRole',
        metadata: { name: 'all' },
        rules: [],
        aggregationRule: { clusterRoleSelectors: [{ matchLabels: { part: 'yes' } }] },
      },
      {
        apiVersion: rbac,
        kind: 'ClusterRoleBinding',
        metadata: { name: 'nodes' },
        subjects: [{ kind: 'User', name: 'reader' }],
        roleRef: { kind: 'ClusterRole', name: 'all' },
      },
      {
        apiVersion: rbac,
        kind: 'ClusterRoleBinding',
        metadata: { name: 'robot' },
        subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace: 'shop' }],
        roleRef: { kind: 'ClusterRole', name: 'gone' },
      },
    );
    expect(lab.ask('GET', configMaps, undefined, reader([], ['lifeboat'])).status).toBe(200);
    expect(lab.ask('GET', configMaps, undefined, reader([])).status).toBe(403);
    expect(lab.ask('GET', '/api/v1/configmaps', undefined, reader([], ['lifeboat'])).status).toBe(403);
    expect(lab.ask('GET', '/api/v1/nodes', undefined, reader([])).status).toBe(200);
    expect(lab.ask('GET', '/api/v1/nodes', undefined, { user: { name: 'other', groups: [], rules: [] } }).status).toBe(
      403,
    );
  });
});

describe('custom resources', () => {
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'boats.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { kind: 'Boat', plural: 'boats' },
      versions: [
        { name: 'v1beta1', served: true, storage: false },
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {}, scale: { specReplicasPath: '.spec.crew', statusReplicasPath: '.status.crew' } },
        },
        { name: 'v0', served: false, storage: false },
      ],
    },
  };
  const boats = '/apis/example.com/v1/namespaces/shop/boats';

  test('are served a moment after their definition, in its versions, and go with it', async () => {
    const lab = laboratory();
    expect(lab.get(boats).status).toBe(404);
    lab.ask('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
    await lab.run(1);
    expect(
      lab.get('/apis/apiextensions.k8s.io/v1/customresourcedefinitions/boats.example.com').body.status.conditions,
    ).toContainEqual(expect.objectContaining({ type: 'Established', status: 'True' }));
    const boat = { apiVersion: 'example.com/v1', kind: 'Boat', metadata: { name: 'b' }, spec: { crew: 2 } };
    expect(lab.ask('POST', boats, boat).status).toBe(201);
    expect(lab.get(`${boats.replace('v1', 'v1beta1')}/b`).body.apiVersion).toBe('example.com/v1beta1');
    expect(lab.get(boats.replace('/v1/', '/v0/')).status).toBe(404);
    expect(lab.ask('PATCH', `${boats}/b/scale`, { spec: { replicas: 5 } }, merge).body.spec.replicas).toBe(5);
    expect(lab.get(`${boats}/b`).body.spec.crew).toBe(5);
    lab.ask('DELETE', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/boats.example.com');
    expect(lab.get(boats).status).toBe(404);
  });

  test('that are loaded with their definition are served at once', () => {
    const lab = laboratory(object('example.com/v1', 'Boat', 'b', {}), definition);
    expect(names(lab.get(boats))).toEqual(['b']);
    expect(lab.cluster.assumedKinds).toEqual([]);
  });
});
