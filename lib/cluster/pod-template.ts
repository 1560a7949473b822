import type { RawObject } from './cluster-api.ts';

/** The members of a pod template that say where a pod may run and what it needs; the rest is the application's business. */
export interface PodTemplate {
  readonly containers?: readonly TemplateContainer[];
  readonly initContainers?: readonly TemplateContainer[];
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly unknown[];
  readonly affinity?: { readonly nodeAffinity?: unknown };
}

export interface TemplateContainer {
  readonly image?: string;
  readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
  readonly readinessProbe?: DelayedProbe | undefined;
  readonly startupProbe?: DelayedProbe | undefined;
}

interface DelayedProbe {
  readonly initialDelaySeconds?: number | undefined;
}

/**
 * Of a pod, since its containers run. "Number of seconds after the container has started before startup, liveness or
 * readiness probes are initiated", and a readiness probe waits for the startup probe:
 * https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
 */
export function earliestReadySeconds(
  containers: readonly Pick<TemplateContainer, 'readinessProbe' | 'startupProbe'>[],
): number {
  return containers.reduce((latest, { readinessProbe, startupProbe }) => {
    return Math.max(latest, readinessProbe?.initialDelaySeconds ?? 0, startupProbe?.initialDelaySeconds ?? 0);
  }, 0);
}

/** Of a Deployment or StatefulSet; undefined for an object without one. */
export function podTemplateOf(object: RawObject): PodTemplate | undefined {
  const spec = object.spec as { readonly template?: { readonly spec?: PodTemplate } } | undefined;
  return spec?.template?.spec;
}

/** Every image that its pods pull, each once. */
export function imagesOf(template: PodTemplate): readonly string[] {
  const containers = [...(template.initContainers ?? []), ...(template.containers ?? [])];
  return [...new Set(containers.flatMap(({ image }) => image ?? []))];
}
