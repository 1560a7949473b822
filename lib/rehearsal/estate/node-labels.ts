import { z } from 'zod';
import type { KubernetesObject } from '../../plan/draft/kubernetes-object.ts';
import { podSpecOf } from './manifests.ts';

const placement = z.looseObject({
  nodeSelector: z.record(z.string(), z.string()).nullish(),
  affinity: z
    .looseObject({
      nodeAffinity: z
        .looseObject({
          requiredDuringSchedulingIgnoredDuringExecution: z
            .looseObject({
              nodeSelectorTerms: z.array(
                z.looseObject({
                  matchExpressions: z
                    .array(
                      z.looseObject({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() }),
                    )
                    .nullish(),
                }),
              ),
            })
            .nullish(),
        })
        .nullish(),
    })
    .nullish(),
});

/** What a node says by itself, truly: no label of these is taken for granted. */
const ownLabels =
  /^((beta\.)?kubernetes\.io\/(os|arch|hostname)|(topology\.|failure-domain\.beta\.)kubernetes\.io\/.*|(node\.|beta\.)kubernetes\.io\/instance-type)$/;

/**
 * Labels that pods select their nodes by and that only an administrator gives to a node group (`disktype: ssd`), with
 * every value that is asked for. No plan says them, so a rehearsal takes them for granted.
 */
export function nodeLabelsAskedFor(objects: readonly KubernetesObject[]): ReadonlyMap<string, readonly string[]> {
  const asked = new Map<string, Set<string>>();
  const ask = (key: string, value: string) => {
    if (ownLabels.test(key)) return;
    asked.set(key, (asked.get(key) ?? new Set()).add(value));
  };
  for (const object of objects) {
    const spec = placement.safeParse(podSpecOf(object)).data;
    for (const [key, value] of Object.entries(spec?.nodeSelector ?? {})) ask(key, value);
    const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    // One term is enough for a pod, and every expression of it is needed.
    for (const { key, operator, values } of required?.nodeSelectorTerms[0]?.matchExpressions ?? []) {
      if (operator === 'In') ask(key, values?.[0] ?? '');
      else if (operator === 'Exists') ask(key, 'true');
    }
  }
  return new Map([...asked].map(([key, values]) => [key, [...values]]));
}

/** Labels of the node group with this number: where several values of a label are asked for, the groups share them. */
export function labelsOfGroup(
  asked: ReadonlyMap<string, readonly string[]>,
  number: number,
): Readonly<Record<string, string>> {
  return Object.fromEntries([...asked].map(([key, values]) => [key, values[number % values.length] ?? '']));
}
