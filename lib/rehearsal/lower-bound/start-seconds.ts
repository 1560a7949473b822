import { z } from 'zod';
import type { KubernetesObject } from '../../plan/draft/kubernetes-object.ts';
import type { Plan } from '../../plan/plan.ts';
import { longRunningKinds, podSpecOf } from '../estate/manifests.ts';
import { belongsTo } from '../estate/ownership.ts';

/** The shortest latencies of a cluster, in milliseconds. */
export interface StartLatencies {
  readonly containerStartMs: number;
  readonly applicationStartMs: number;
  readonly initContainerMs: number;
}

const probed = z.looseObject({
  readinessProbe: z.looseObject({ initialDelaySeconds: z.number().nullish() }).nullish(),
});

/**
 * By application: seconds from the start to the first ready pod of its slowest workload, with the image on the node.
 * 0 for what runs in the standby region before a disaster.
 */
export function startSecondsOf(
  plan: Plan,
  objects: readonly KubernetesObject[],
  latencies: StartLatencies,
): ReadonlyMap<string, number> {
  return new Map(
    plan.applications.map((application) => {
      const share = application.standbyShare ?? (application.pattern === 'active-active' ? 1 : 0);
      if (share > 0 && application.pattern !== 'pilot-light') return [application.name, 0];
      const starts = objects
        .filter((object) => longRunningKinds.has(object.kind) && belongsTo(application, object))
        .map((object) => podStartSeconds(object, latencies));
      return [application.name, Math.max(0, ...starts)];
    }),
  );
}

function podStartSeconds(object: KubernetesObject, latencies: StartLatencies): number {
  const spec = podSpecOf(object);
  const inits = spec?.initContainers?.length ?? 0;
  const delays = (spec?.containers ?? []).map(
    (container) => probed.safeParse(container).data?.readinessProbe?.initialDelaySeconds ?? 0,
  );
  const runningMs = Math.max(latencies.applicationStartMs, ...delays.map((seconds) => seconds * 1000));
  return (latencies.containerStartMs + inits * latencies.initContainerMs + runningMs) / 1000;
}
