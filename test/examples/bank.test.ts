import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { draftOf } from '../../lib/plan/draft/draft.ts';
import { quantity } from '../../lib/plan/draft/node-group.ts';
import { workloadsOf } from '../../lib/plan/draft/pods.ts';
import { readWorkloadFolder } from '../../lib/plan/draft/workloads.ts';
import { readPlan } from '../../lib/plan/read-plan.ts';
import { unrecoverable } from '../../lib/plan/recoverability.ts';
import { waves } from '../../lib/plan/waves.ts';

const folder = fileURLToPath(new URL('../../examples/bank/', import.meta.url));
const plan = readPlan(`${folder}lifeboat.yaml`);
const { objects, ignored } = readWorkloadFolder(`${folder}workloads`);
const workloads = workloadsOf(objects);
const draft = draftOf(objects, folder);
const drafted = new Map(draft.applications.map((application) => [application.name, application]));

describe('the bank of the examples', () => {
  test('has applications in four tiers, several waves and three patterns, all of them recoverable', () => {
    expect(plan.applications.length).toBeGreaterThanOrEqual(12);
    expect(new Set(plan.applications.map(({ tier }) => tier)).size).toBe(4);
    expect(new Set(plan.applications.map(({ pattern }) => pattern))).toEqual(
      new Set(['warm-standby', 'pilot-light', 'active-active']),
    );
    expect(waves(plan).length).toBeGreaterThanOrEqual(4);
    expect(unrecoverable(plan)).toEqual([]);
  });

  test('has every kind of object that a failover must move', () => {
    const kinds = new Set(objects.map(({ kind }) => kind));
    for (const kind of [
      'Deployment',
      'StatefulSet',
      'CronJob',
      'HorizontalPodAutoscaler',
      'PodDisruptionBudget',
      'ConfigMap',
      'Service',
      'Ingress',
    ]) {
      expect(kinds).toContain(kind);
    }
    expect(ignored).toEqual([]);
  });

  test('plans every workload that is not of the platform, and every component of the platform that is there', () => {
    expect(plan.applications.map(({ name }) => name).sort()).toEqual([...drafted.keys()].sort());
    expect(plan.platform.components).toEqual(draft.platform);
  });

  test('names the dependencies that its manifests show', () => {
    for (const { name, dependsOn } of plan.applications) {
      expect([name, [...dependsOn].sort()]).toEqual([
        name,
        drafted
          .get(name)
          ?.dependsOn.map((each) => each.name)
          .sort(),
      ]);
    }
  });

  test('checks what its Services and probes offer', () => {
    for (const { name, checks } of plan.applications) {
      expect(checks.length).toBeGreaterThan(0);
      const offered = drafted.get(name)?.checks;
      for (const { namespace, service, port, path } of checks)
        expect(offered).toContainEqual({ namespace, service, port, path });
    }
  });

  test('has the public names of its Ingresses', () => {
    for (const { name, dns } of plan.applications) {
      expect(dns.map((each) => each.name)).toEqual(drafted.get(name)?.dns.map((each) => each.name));
    }
    expect(plan.applications.flatMap(({ dns }) => dns).length).toBeGreaterThanOrEqual(4);
  });

  test('declares what replicates each volume claim', () => {
    for (const { name, dataStores } of plan.applications) {
      const declared = dataStores.map((store) => (store.kind === 'aurora-global' ? undefined : store.workload));
      for (const { workload } of drafted.get(name)?.stores ?? []) expect(declared).toContain(workload);
    }
  });

  test('fits on twelve nodes of four processors and 16 GiB, with room for the system', () => {
    let cpu = 0;
    let bytes = 0;
    for (const { replicas, podSpec } of workloads) {
      for (const { resources } of podSpec.containers) {
        cpu += replicas * quantity(resources?.requests?.cpu ?? 0);
        bytes += replicas * quantity(resources?.requests?.memory ?? 0);
      }
    }
    expect(cpu).toBeGreaterThan(10);
    expect(cpu).toBeLessThan(12 * 4 * 0.75);
    expect(bytes / 2 ** 30).toBeLessThan(12 * 16 * 0.75);
  });
});
