import { z } from 'zod';
import { type KubernetesObject, namespaceOf } from './kubernetes-object.ts';
import type { Workload } from './pods.ts';

const text = z.string().optional().catch(undefined);

const serviceSpec = z
  .object({
    type: text,
    externalName: text,
    selector: z.record(z.string(), z.string()).optional().catch(undefined),
    ports: z
      .array(
        z.object({
          name: text,
          port: z.number(),
          targetPort: z.union([z.number(), z.string()]).optional().catch(undefined),
        }),
      )
      .catch([]),
  })
  .catch({ ports: [] });

/** A Service of the folder, and the workloads whose pods it leads to. */
export interface Service extends z.output<typeof serviceSpec> {
  readonly name: string;
  readonly namespace: string;
  readonly backends: readonly Workload[];
}

export function servicesOf(objects: readonly KubernetesObject[], workloads: readonly Workload[]): readonly Service[] {
  return objects
    .filter(({ kind, apiVersion }) => kind === 'Service' && apiVersion === 'v1')
    .map((object) => {
      const spec = serviceSpec.parse(object.spec);
      const namespace = namespaceOf(object);
      const backends = workloads.filter(
        (workload) => workload.namespace === namespace && selects(spec.selector, workload.podLabels),
      );
      return { ...spec, name: object.metadata.name, namespace, backends };
    });
}

/** An empty selector of a Service selects no pods: its endpoints are made by somebody else. */
function selects(
  selector: Readonly<Record<string, string>> | undefined,
  labels: Readonly<Record<string, string>>,
): boolean {
  const wanted = Object.entries(selector ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}
