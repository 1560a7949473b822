import { formats } from '../formats.ts';
import type { DraftCheck } from './draft-application.ts';
import { type Container, runsByTheClock, type Workload } from './pods.ts';
import type { Service } from './services.ts';

/** What must answer before traffic moves: each HTTP readiness probe that a Service leads to. */
export function readinessChecksOf(workloads: readonly Workload[], services: readonly Service[]): readonly DraftCheck[] {
  const checks = new Map<string, DraftCheck>();
  for (const workload of workloads) {
    // Nobody answers for what is scaled to nothing, and a check of it would hold the failover for ever.
    if (runsByTheClock(workload.kind) || workload.replicas === 0) continue;
    for (const container of workload.podSpec.containers) {
      const check = checkOf(workload, container, services);
      if (check) checks.set(`${check.service}:${check.port}${check.path}`, check);
    }
  }
  return [...checks.values()];
}

function checkOf(workload: Workload, container: Container, services: readonly Service[]): DraftCheck | undefined {
  const probe = container.readinessProbe?.httpGet;
  // The API server's proxy speaks plain HTTP to a Service unless told otherwise.
  if (!probe || probe.scheme === 'HTTPS') return undefined;
  const path = probe.path?.startsWith('/') ? probe.path : `/${probe.path ?? ''}`;
  const probed = containerPort(container, probe.port);
  if (probed === undefined || !formats.path.pattern.test(path)) return undefined;
  for (const service of services) {
    if (!service.backends.includes(workload)) continue;
    const port = service.ports.find(
      ({ port: own, targetPort }) => containerPort(container, targetPort ?? own) === probed,
    );
    if (port) return { namespace: workload.namespace, service: service.name, port: port.port, path };
  }
  return undefined;
}

function containerPort(container: Container, reference: number | string | undefined): number | undefined {
  if (typeof reference === 'number') return reference;
  return container.ports.find(({ name }) => name !== undefined && name === reference)?.containerPort;
}
