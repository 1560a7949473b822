import { basename, dirname, resolve } from 'node:path';
import { InputError } from '../input-error.ts';
import type { PlatformComponent } from '../plan.ts';
import { dataStoresOf, fleetingDataNotes } from './data-stores.ts';
import { type Dependencies, dependenciesOf } from './dependencies.ts';
import type { DraftApplication } from './draft-application.ts';
import { dnsNamesOf, entryPointsOf } from './entry-points.ts';
import { type Group, groupWorkloads } from './grouping.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { type DraftNodeGroup, nodeGroupFor } from './node-group.ts';
import { operatedStoresOf } from './operators.ts';
import { estateName } from './plan-names.ts';
import { isPlatformNamespace, platformComponents } from './platform-components.ts';
import { type Workload, workloadRef, workloadsOf } from './pods.ts';
import { readinessChecksOf } from './readiness-checks.ts';
import { type Service, servicesOf } from './services.ts';
import { configurationsOf } from './settings.ts';
import { patternOf, tiersOf } from './tiers.ts';

export interface Draft {
  readonly estate: string;
  readonly cluster: string;
  readonly nodeGroup: DraftNodeGroup;
  readonly platform: readonly PlatformComponent[];
  readonly applications: readonly DraftApplication[];
  readonly leftOut: Dependencies['leftOut'];
}

const cluster = 'main';

/**
 * What a plan for these manifests would say, with the reasons. `dir` names the folder in messages and the estate
 * where `estate` doesn't. Throws InputError where no application is among the objects.
 */
export function draftOf(objects: readonly KubernetesObject[], dir: string, estate?: string): Draft {
  const operated = operatedStoresOf(objects);
  const workloads = [...workloadsOf(objects), ...operated.workloads];
  if (workloads.length === 0) {
    throw new InputError(
      `there are no workloads in ${dir} (Deployments, StatefulSets, CronJobs …), only ${kindsOf(objects)}: nothing to recover`,
    );
  }
  const own = workloads.filter(({ namespace }) => !isPlatformNamespace(namespace));
  if (own.length === 0) {
    throw new InputError(
      `${dir} holds only platform components (${listed(workloads)}): add the manifests of the applications`,
    );
  }
  const name = estateName(estate ?? folderName(dir));
  const groups = groupWorkloads(own);
  const services = [...servicesOf(objects, workloads), ...operated.services];
  const dependencies = dependenciesOf(groups, services, configurationsOf(objects));
  return {
    estate: name,
    cluster,
    nodeGroup: nodeGroupFor(workloads, objects),
    platform: platformComponents(workloads, cluster),
    applications: applicationsOf(groups, objects, services, dependencies, name),
    leftOut: dependencies.leftOut,
  };
}

function kindsOf(objects: readonly KubernetesObject[]): string {
  return [...new Set(objects.map(({ kind }) => kind))].join(', ');
}

function listed(workloads: readonly Workload[]): string {
  return [...new Set(workloads.map(({ namespace }) => namespace))].join(', ');
}

/** The folder's own name; its parent's where the folder is called like what it holds. */
function folderName(dir: string): string {
  const path = resolve(dir);
  const name = basename(path);
  const saysNothing = /^(workloads?|manifests?|k8s|kubernetes|deploy(ments?)?|yaml|base|overlays?|rendered)$/i.test(
    name,
  );
  return saysNothing ? basename(dirname(path)) : name;
}

function applicationsOf(
  groups: readonly Group[],
  objects: readonly KubernetesObject[],
  services: readonly Service[],
  { kept, leftOut }: Dependencies,
  estate: string,
): readonly DraftApplication[] {
  const entries = entryPointsOf(groups, objects, services);
  const needs = (name: string) => kept.filter(({ from }) => from === name);
  const tiers = tiersOf(
    groups.map(({ name, workloads }) => ({
      name,
      workloads,
      isEntered: entries.has(name),
      dependsOn: needs(name).map(({ to }) => to),
    })),
  );
  const taken = new Set<string>();
  return groups.map((group) => {
    const { tier, reason } = tiers.get(group.name) ?? { tier: 3, reason: '' };
    const pattern = patternOf(tier);
    const hosts = entries.get(group.name);
    const checks = readinessChecksOf(group.workloads, services);
    const owner = ownerOf(group, objects);
    return {
      name: group.name,
      namespace: group.namespace,
      selector: group.selector,
      groupReason: group.reason,
      ...(owner === undefined ? {} : { owner }),
      tier,
      tierReason: reason,
      pattern: pattern.pattern,
      patternReason: pattern.reason,
      dependsOn: needs(group.name).map(({ to, because }) => ({ name: to, because })),
      stores: dataStoresOf(group.workloads),
      dns: hosts ? dnsNamesOf(group.name, hosts, estate, taken) : [],
      checks,
      notes: [
        ...leftOut.filter(({ from }) => from === group.name).map(leftOutNote),
        ...fleetingDataNotes(group.workloads),
        ...unscaledNotes(group.workloads),
        ...(checks.length === 0
          ? ['TODO: no HTTP readiness probe behind a Service: say in checks what shows that it works']
          : []),
      ],
    };
  });
}

/** A failover scales Deployments and StatefulSets; the reader must see to the others. */
function unscaledNotes(workloads: readonly Workload[]): readonly string[] {
  const unscaled = workloads.filter(({ kind }) => ['Pod', 'ReplicaSet', 'ReplicationController'].includes(kind));
  return unscaled.map(
    (workload) =>
      `TODO: no failover scales ${workloadRef(workload)}: keep it running in both regions, or make it a Deployment`,
  );
}

function leftOutNote({ to, because, cycle }: Dependencies['leftOut'][number]): string {
  return `TODO: dependency on ${to} left out, it would close the cycle ${cycle.join(' → ')} (${because}): keep the one that is needed to start`;
}

/** Who a label or an annotation of the namespace or of a workload says it belongs to. */
function ownerOf({ namespace, workloads }: Group, objects: readonly KubernetesObject[]): string | undefined {
  const carriers = objects.filter(
    ({ kind, metadata }) =>
      (kind === 'Namespace' && metadata.name === namespace) ||
      workloads.some(
        (workload) => workload.kind === kind && workload.name === metadata.name && metadata.namespace === namespace,
      ),
  );
  for (const { metadata } of carriers) {
    for (const key of ['owner', 'team']) {
      const value = metadata.annotations?.[key] ?? metadata.labels?.[key];
      if (typeof value === 'string' && value !== '') return value;
    }
  }
  return undefined;
}
