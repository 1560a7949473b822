import type { Pod } from '../objects.ts';

/** Set by the scheduler on a claim that waits for its first consumer (volume.kubernetes.io/selected-node). */
export const selectedNodeAnnotation = 'volume.kubernetes.io/selected-node';

/** Names of the claims that a pod's volumes need; a generic ephemeral volume has a claim named `<pod>-<volume>`. */
export function claimNames(pod: Pod): readonly string[] {
  return (pod.spec.volumes ?? []).flatMap((volume) => {
    if (volume.persistentVolumeClaim !== undefined) return [volume.persistentVolumeClaim.claimName];
    return volume.ephemeral === undefined ? [] : [`${pod.metadata.name}-${volume.name}`];
  });
}
