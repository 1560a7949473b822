import { z } from 'zod';
import type { KubernetesObject } from '../../plan/draft/kubernetes-object.ts';
import type { Plan } from '../../plan/plan.ts';
import { podSpecOf } from './manifests.ts';
import { nodeLabelsAskedFor } from './node-labels.ts';
import { unscaled } from './standby-objects.ts';
import { describeObject, surroundingsOf } from './surroundings.ts';

/** What is taken for granted because neither plan nor manifests say it, as sentences for the report. */
export function assumptionsOf(plan: Plan, objects: readonly KubernetesObject[]): readonly string[] {
  return [
    ...surroundingsOf(objects).map((object) => `${describeObject(object)} exists in both regions`),
    ...unscaled(plan, objects).map(
      (object) => `${describeObject(object)} runs in both regions, because no failover scales it`,
    ),
    ...[...nodeLabelsAskedFor(objects)].map(
      ([key, values]) => `nodes of both regions carry the label ${key}: ${values.join(' or ')}`,
    ),
    ...objects
      .filter(({ kind }) => unenforced.has(kind))
      .map((object) => `${describeObject(object)} is there and refuses nothing`),
    ...devicesAskedFor(objects).map((device) => `nodes of both regions have enough of ${device}`),
  ];
}

/** Kinds that a rehearsal keeps and that would refuse or change pods in life. */
const unenforced: ReadonlySet<string> = new Set([
  'ResourceQuota',
  'LimitRange',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'ValidatingAdmissionPolicy',
]);

const containers = z.array(
  z.looseObject({
    resources: z
      .looseObject({
        requests: z.record(z.string(), z.unknown()).nullish(),
        limits: z.record(z.string(), z.unknown()).nullish(),
      })
      .nullish(),
  }),
);

/** Extended resources (`nvidia.com/gpu`): the scheduler here counts CPU, memory and pods. */
function devicesAskedFor(objects: readonly KubernetesObject[]): readonly string[] {
  const asked = objects.flatMap((object) => containers.safeParse(podSpecOf(object)?.containers).data ?? []);
  const names = asked.flatMap(({ resources }) => Object.keys({ ...resources?.requests, ...resources?.limits }));
  return [...new Set(names.filter((name) => name.includes('/')))];
}
