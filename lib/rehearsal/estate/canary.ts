import type { KubernetesObject } from '../../plan/draft/kubernetes-object.ts';

/** Fifteen letters, so that its base64 ends on a whole group and is the same whatever follows. */
const mark = 'lifeboat-canary';

/** What the values of the world's Secrets begin with, as they are and as the API server writes them. */
export const canaryMarks: readonly string[] = [mark, Buffer.from(mark).toString('base64')];

/** The objects with a canary in the place of every Secret's value: wherever one turns up, a Secret got out. */
export function withCanaries(objects: readonly KubernetesObject[]): KubernetesObject[] {
  return objects.map((object) => {
    if (object.kind !== 'Secret') return object;
    const { data, stringData, ...rest } = object as KubernetesObject & { data?: object; stringData?: object };
    const keys = Object.keys({ ...data, ...stringData });
    const { namespace = '', name } = object.metadata;
    const planted = (key: string) => Buffer.from(`${mark}/${namespace}/${name}/${key}`).toString('base64');
    return { ...rest, data: Object.fromEntries(keys.map((key) => [key, planted(key)])) };
  });
}
