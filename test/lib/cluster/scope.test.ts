import { describe, expect, test } from '@jest/globals';
import { inScope, platformScopes, scopesOf } from '../../../lib/cluster/scope.ts';
import type { Plan } from '../../../lib/plan/plan.ts';
import { sampleApplication, samplePlan } from '../../lambdas/shared/sample-plan.ts';

const cluster = (name: string) => ({ kind: 'eks', name, regions: {} }) as const;
const component = (name: string, where: string, ...namespaces: string[]) =>
  ({ role: 'other', name, cluster: where, namespaces }) as const;

function plan(...components: Plan['platform']['components']): Plan {
  const platform = { rpoSeconds: 600, rtoSeconds: 600, components };
  return samplePlan({ clusters: [cluster('main'), cluster('batch')], platform });
}

describe('the platform', () => {
  test('is one scope per cluster, each namespace once', () => {
    const scopes = platformScopes(
      plan(
        component('dns', 'main', 'kube-system'),
        component('cni', 'main', 'kube-system', 'cni'),
        component('dns', 'batch', 'dns'),
      ),
    );
    expect(scopes).toEqual([
      { name: 'platform', cluster: 'main', namespaces: ['kube-system', 'cni'], selector: {} },
      { name: 'platform', cluster: 'batch', namespaces: ['dns'], selector: {} },
    ]);
  });

  test('has no scope in a cluster where none of it runs, so that this one is never asked', () => {
    expect(platformScopes(plan(component('control-plane', 'batch')))).toEqual([]);
  });
});

describe('names of a wave', () => {
  test('stand for the platform or for one application', () => {
    const application = sampleApplication('web', { namespaces: ['shop'], selector: { app: 'web' } });
    const withIt = samplePlan({ clusters: [cluster('main')], applications: [application] });
    expect(scopesOf(withIt, 'platform')).toEqual([]);
    expect(scopesOf(withIt, 'web')).toEqual([
      { name: 'web', cluster: 'main', namespaces: ['shop'], selector: { app: 'web' } },
    ]);
    expect(() => scopesOf(withIt, 'wep')).toThrow(new RangeError('the plan has no application wep'));
  });
});

test('an object is in scope when it carries every label of the selector', () => {
  const scope = { name: 'web', cluster: 'main', namespaces: ['shop'], selector: { app: 'web', part: 'a' } };
  expect(inScope({ app: 'web', part: 'a', more: 'x' }, scope)).toBe(true);
  expect(inScope({ app: 'web' }, scope)).toBe(false);
  expect(inScope({}, { ...scope, selector: {} })).toBe(true);
});
