import { z } from 'zod';
import { formats } from '../formats.ts';
import type { DraftDnsName } from './draft-application.ts';
import type { Group } from './grouping.ts';
import { type KubernetesObject, namespaceOf } from './kubernetes-object.ts';
import type { Service } from './services.ts';

const backend = z.object({
  service: z.object({ name: z.string() }).optional().catch(undefined),
  serviceName: z.string().optional().catch(undefined),
});

const entrySpec = z
  .object({
    rules: z
      .array(
        z.object({
          host: z.string().optional().catch(undefined),
          http: z
            .object({ paths: z.array(z.object({ backend })).catch([]) })
            .optional()
            .catch(undefined),
          backendRefs: z
            .array(z.object({ name: z.string() }))
            .optional()
            .catch(undefined),
        }),
      )
      .catch([]),
    hostnames: z.array(z.string()).catch([]),
    defaultBackend: backend.optional().catch(undefined),
    // OpenShift's Route
    host: z.string().optional().catch(undefined),
    to: z.object({ name: z.string() }).optional().catch(undefined),
  })
  .catch({ rules: [], hostnames: [] });

const entryKinds = ['Ingress', 'HTTPRoute', 'GRPCRoute', 'TLSRoute', 'Route'];

/**
 * Applications that are entered from outside (by Ingress, by Gateway API route, by a Service of their own), each with
 * the hosts that the manifests say; none where it is entered without a name.
 */
export function entryPointsOf(
  groups: readonly Group[],
  objects: readonly KubernetesObject[],
  services: readonly Service[],
): ReadonlyMap<string, readonly string[]> {
  const hosts = new Map<string, Set<string>>();
  const enter = (service: string, namespace: string, names: readonly string[]): void => {
    const backends = services.find(
      (candidate) => candidate.name === service && candidate.namespace === namespace,
    )?.backends;
    const group = groups.find(({ workloads }) => backends?.[0] && workloads.includes(backends[0]));
    if (!group) return;
    const known = hosts.get(group.name) ?? new Set();
    for (const name of names) known.add(name.toLowerCase());
    hosts.set(group.name, known);
  };
  for (const object of objects) {
    if (!entryKinds.includes(object.kind)) continue;
    for (const { service, names } of entriesOf(object)) enter(service, namespaceOf(object), names);
  }
  for (const { type, name, namespace } of services) {
    if (type === 'LoadBalancer' || type === 'NodePort') enter(name, namespace, []);
  }
  return new Map([...hosts].map(([name, known]) => [name, [...known]]));
}

function entriesOf(object: KubernetesObject): { service: string; names: readonly string[] }[] {
  const spec = entrySpec.parse(object.spec);
  const entries: { service: string; names: readonly string[] }[] = [];
  const add = (service: string | undefined, names: readonly string[]) => {
    if (service !== undefined) entries.push({ service, names });
  };
  for (const { host, http, backendRefs } of spec.rules) {
    const names = host === undefined || host === '' ? spec.hostnames : [host];
    for (const path of http?.paths ?? []) add(path.backend.service?.name ?? path.backend.serviceName, names);
    for (const reference of backendRefs ?? []) add(reference.name, names);
  }
  add(spec.defaultBackend?.service?.name, []);
  add(spec.to?.name, spec.host ? [spec.host] : []);
  return entries;
}

/**
 * DNS names of an application that is entered through `hosts`. Where no manifest says a usable name, one is made up
 * in the estate's zone. `taken` are the names that other applications answer for; it grows.
 */
export function dnsNamesOf(
  application: string,
  hosts: readonly string[],
  estate: string,
  taken: Set<string>,
): readonly DraftDnsName[] {
  const names: DraftDnsName[] = [];
  const usable = hosts.filter((host) => formats.hostName.pattern.test(host) && !isAddress(host));
  for (const name of usable) {
    if (taken.has(name)) continue;
    taken.add(name);
    names.push({ name, zone: parentZone(name), invented: false });
  }
  if (usable.length > 0) return names;
  const wildcard = hosts.find((host) => host.startsWith('*.') && formats.hostName.pattern.test(host.slice(2)));
  const zone = wildcard ? wildcard.slice(2) : `${estate}.example`;
  const name = `${application}.${zone}`;
  if (taken.has(name)) return [];
  taken.add(name);
  return [{ name, zone, invented: true }];
}

function isAddress(host: string): boolean {
  return /^[\d.]+$/.test(host);
}

/** The domain above the host; a host of two labels is its own zone. */
function parentZone(host: string): string {
  const labels = host.split('.');
  return labels.length <= 2 ? host : labels.slice(1).join('.');
}
