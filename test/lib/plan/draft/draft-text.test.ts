import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { draftOf } from '../../../../lib/plan/draft/draft.ts';
import { type DraftChoices, draftText } from '../../../../lib/plan/draft/draft-text.ts';
import type { KubernetesObject } from '../../../../lib/plan/draft/kubernetes-object.ts';
import { parsePlan } from '../../../../lib/plan/read-plan.ts';
import { unrecoverable } from '../../../../lib/plan/recoverability.ts';
import { configMap, ingress, service, statefulSet, workload } from './manifests.ts';

const choices: DraftChoices = {
  regions: { active: 'eu-central-1', standby: 'eu-west-1', witness: 'eu-west-3' },
  authority: 'strong',
  data: 'in-cluster',
  schema: 'schema/lifeboat.schema.json',
  source: 'k8s',
};

const shop = [
  workload('web', 'web', {
    env: { ORDERS: 'http://orders.orders' },
    container: {
      ports: [{ name: 'http', containerPort: 8080 }],
      readinessProbe: { httpGet: { path: '/ok', port: 'http' } },
    },
    labels: { team: 'true' },
  }),
  service('web', 'web'),
  ingress('web', 'web', 'www.shop.example'),
  workload('orders', 'orders', { env: { DB_HOST: 'db' } }),
  statefulSet('orders', 'db', { image: 'mysql:8' }),
  service('orders', 'orders'),
  service('orders', 'db'),
];

function textOf(objects: readonly KubernetesObject[], more: Partial<DraftChoices> = {}): string {
  return draftText(draftOf(objects, 'shop'), { ...choices, ...more });
}

describe('the text of a draft', () => {
  test('starts with the schema for editors and is a valid plan', () => {
    const text = textOf(shop);
    expect(text).toMatch(/^# yaml-language-server: \$schema=schema\/lifeboat\.schema\.json\n/);
    const plan = parsePlan(text, 'lifeboat.yaml');
    expect(plan.applications.map(({ name, dependsOn, tier }) => ({ name, dependsOn, tier }))).toEqual([
      { name: 'web', dependsOn: ['orders'], tier: 1 },
      { name: 'orders', dependsOn: [], tier: 1 },
    ]);
    expect(plan.applications[0]).toMatchObject({
      owner: { name: 'true' },
      checks: [{ namespace: 'web', service: 'web', port: 80, path: '/ok' }],
      dns: [{ name: 'www.shop.example', zone: { name: 'shop.example' }, ttlSeconds: 60 }],
    });
  });

  test('gives the reason of every choice and marks what it could not know', () => {
    const text = textOf(shop);
    expect(text).toContain('# Tier 1: it is entered from outside');
    expect(text).toContain('# Warm-standby: ');
    expect(text).toContain('- orders # ORDERS of Deployment web names Service orders');
    expect(text).toContain('# TODO: MySQL on volume claims. Nothing replicates it');
    expect(text).toContain('# TODO: not among the manifests: cni, csi');
    expect(text.split('\n').filter((line) => line.length > 120 && !line.includes('names Service'))).toEqual([]);
  });

  test('without external data has what can not be recovered, with it nothing', () => {
    const lost = unrecoverable(parsePlan(textOf(shop), 'lifeboat.yaml')).map(({ application }) => application);
    expect(lost).toEqual(['web', 'orders']);
    const external = parsePlan(textOf(shop, { data: 'external' }), 'lifeboat.yaml');
    expect(unrecoverable(external)).toEqual([]);
    expect(external.applications[1]?.dataStores).toEqual([
      {
        name: 'db',
        kind: 'external',
        workload: 'StatefulSet/db',
        replication: { by: 'aurora-global-database', lagSeconds: 30 },
      },
    ]);
  });

  test('is a valid plan whatever the manifests call things', () => {
    const label = fc.constantFrom(
      'a',
      'A.b_c',
      'true',
      'null',
      '1',
      '1e3',
      'x'.repeat(63),
      '-',
      'yes: no',
      '#',
      "it's",
      '0.0',
    );
    const name = fc.constantFrom('a', 'b', 'web.v1', '1', 'true', 'null', 'y'.repeat(63));
    const namespace = fc.constantFrom('default', 'one', '2', 'null', 'kube-system');
    const host = fc.constantFrom('*.a.example', 'b.example', 'UPPER.example', '10.0.0.1', 'x', '*', 'b.c.example');
    const objects = fc.array(
      fc.tuple(namespace, name, label, name, host, fc.boolean()).map(([space, called, value, other, at, holdsData]) => {
        const make = holdsData ? statefulSet : workload;
        const env = { URL: `http://${other}.one`, HOST: other };
        return [
          make(space, called, { env, labels: { app: value } }),
          service(space, called),
          ingress(space, called, at),
          configMap(space, called, { x: value }),
        ];
      }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(objects, fc.constantFrom('in-cluster', 'external'), (parts, data) => {
        const all = [workload('one', 'anchor'), ...parts.flat()];
        const distinct = [
          ...new Map(
            all.map((each) => [`${each.kind}/${each.metadata.namespace}/${each.metadata.name}`, each]),
          ).values(),
        ];
        const plan = parsePlan(textOf(distinct, { data: data as DraftChoices['data'] }), 'lifeboat.yaml');
        expect(plan.applications.length).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });
});
