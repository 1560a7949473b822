import { type ControlPlane, WorkQueue } from '../control-plane.ts';
import { selectedNodeAnnotation } from '../node/claims.ts';
import type { ClaimSpec, PersistentVolume, PersistentVolumeClaim, StorageClass } from '../objects.ts';
import { namespaceOf, ownerReference, uidOf } from '../objects.ts';
import { quantity } from '../quantities.ts';

const defaultClassAnnotation = 'storageclass.kubernetes.io/is-default-class';
const zoneLabel = 'topology.kubernetes.io/zone';

/**
 * Binds claims: to a volume that is there and fits, else to one that the class's provisioner makes, in the zone of the
 * node that the scheduler chose (WaitForFirstConsumer) or in any zone (Immediate). Without a class a claim stays Pending.
 */
export function startVolumeController(plane: ControlPlane): void {
  const provisioning = new Set<string>();
  const queue = new WorkQueue(plane, 'persistentvolume', (namespace, name) => {
    const claim = plane.store.get('PersistentVolumeClaim', namespace, name);
    if (claim !== undefined && claim.status?.phase !== 'Bound') reconcile(plane, claim, provisioning);
  });
  plane.store.onChange(['PersistentVolumeClaim'], ({ event, object }) => {
    if (event !== 'deleted') queue.addObject(object);
    else releaseVolume(plane, uidOf(object));
  });
  plane.store.onChange(['StorageClass', 'PersistentVolume'], ({ event }) => {
    if (event !== 'added') return;
    for (const claim of plane.store.list('PersistentVolumeClaim'))
      if (claim.status?.phase !== 'Bound') queue.addObject(claim);
  });
  plane.store.onChange(['Pod'], ({ event, object }) => {
    if (event === 'added') createEphemeralClaims(plane, namespaceOf(object), object.metadata.name);
  });
}

export function defaultStorageClass(plane: ControlPlane): StorageClass | undefined {
  return plane.store
    .list('StorageClass')
    .find((each) => each.metadata.annotations?.[defaultClassAnnotation] === 'true');
}

function createEphemeralClaims(plane: ControlPlane, namespace: string, name: string): void {
  const pod = plane.store.get('Pod', namespace, name);
  for (const volume of pod?.spec.volumes ?? []) {
    if (pod === undefined || volume.ephemeral === undefined) continue;
    const claimName = `${name}-${volume.name}`;
    if (plane.store.get('PersistentVolumeClaim', namespace, claimName) !== undefined) continue;
    const { metadata, spec } = volume.ephemeral.volumeClaimTemplate;
    plane.create('PersistentVolumeClaim', {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { ...metadata, name: claimName, namespace, ownerReferences: [ownerReference(pod)] },
      spec,
      status: { phase: 'Pending' },
    });
  }
}

function reconcile(plane: ControlPlane, claim: PersistentVolumeClaim, provisioning: Set<string>): void {
  if (claim.spec.storageClassName === undefined && claim.spec.volumeName === undefined) {
    const storageClass = defaultStorageClass(plane);
    if (storageClass === undefined) return;
    const spec: ClaimSpec = { ...claim.spec, storageClassName: storageClass.metadata.name };
    plane.update('PersistentVolumeClaim', { ...claim, spec });
    return;
  }
  const present = plane.store.list('PersistentVolume').find((volume) => suits(volume, claim));
  if (present !== undefined) {
    bind(plane, claim, present);
    return;
  }
  const storageClass = plane.store.get('StorageClass', '', claim.spec.storageClassName ?? '');
  if (storageClass === undefined || claim.spec.volumeName !== undefined) return;
  if (storageClass.provisioner === undefined || storageClass.provisioner === 'kubernetes.io/no-provisioner') return;
  const uid = uidOf(claim);
  const zone = zoneFor(plane, claim, storageClass);
  if (zone === undefined || provisioning.has(uid)) return;
  provisioning.add(uid);
  plane.after(plane.latency('volumeProvisionMs'), 'provision-volume', () => {
    provisioning.delete(uid);
    const current = plane.store.get('PersistentVolumeClaim', namespaceOf(claim), claim.metadata.name);
    if (current?.metadata.uid === uid) bind(plane, current, createVolume(plane, current, storageClass, zone));
  });
}

function zoneFor(plane: ControlPlane, claim: PersistentVolumeClaim, storageClass: StorageClass): string | undefined {
  if (storageClass.volumeBindingMode !== 'WaitForFirstConsumer') return plane.random.pick(plane.zones);
  const nodeName = claim.metadata.annotations?.[selectedNodeAnnotation];
  if (nodeName === undefined) return undefined;
  return plane.store.get('Node', '', nodeName)?.metadata.labels?.[zoneLabel] ?? plane.zones[0];
}

function suits(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const { claimRef } = volume.spec;
  if (volume.status?.phase === 'Released') return false;
  if (claimRef !== undefined) {
    const sameUid = claimRef.uid === undefined || claimRef.uid === claim.metadata.uid;
    return claimRef.name === claim.metadata.name && claimRef.namespace === claim.metadata.namespace && sameUid;
  }
  if (claim.spec.volumeName !== undefined) return claim.spec.volumeName === volume.metadata.name;
  const wanted = quantity(claim.spec.resources?.requests?.storage) ?? 0;
  return (
    (volume.spec.storageClassName ?? '') === (claim.spec.storageClassName ?? '') &&
    (quantity(volume.spec.capacity?.storage) ?? 0) >= wanted &&
    (claim.spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode))
  );
}

function createVolume(
  plane: ControlPlane,
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
  zone: string,
): PersistentVolume {
  const terms = [{ matchExpressions: [{ key: zoneLabel, operator: 'In', values: [zone] }] }];
  return plane.create('PersistentVolume', {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `pvc-${claim.metadata.uid}` },
    spec: {
      capacity: { storage: claim.spec.resources?.requests?.storage ?? '1Gi' },
      accessModes: claim.spec.accessModes ?? ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      storageClassName: storageClass.metadata.name,
      csi: { driver: storageClass.provisioner, volumeHandle: `vol-${plane.random.hex(17)}` },
      nodeAffinity: { required: { nodeSelectorTerms: terms } },
      claimRef: claimReference(claim),
    },
    status: { phase: 'Available' },
  });
}

function claimReference(claim: PersistentVolumeClaim): NonNullable<PersistentVolume['spec']['claimRef']> {
  const { namespace = '', name, uid = '' } = claim.metadata;
  return { namespace, name, uid };
}

function bind(plane: ControlPlane, claim: PersistentVolumeClaim, volume: PersistentVolume): void {
  plane.update('PersistentVolume', {
    ...volume,
    spec: { ...volume.spec, claimRef: claimReference(claim) },
    status: { phase: 'Bound' },
  });
  const storage = String(volume.spec.capacity?.storage ?? '0');
  plane.update('PersistentVolumeClaim', {
    ...claim,
    spec: { ...claim.spec, volumeName: volume.metadata.name },
    status: { phase: 'Bound', capacity: { storage } },
  });
}

function releaseVolume(plane: ControlPlane, claimUid: string): void {
  const volume = plane.store.list('PersistentVolume').find((each) => each.spec.claimRef?.uid === claimUid);
  if (volume === undefined) return;
  if (volume.spec.persistentVolumeReclaimPolicy === 'Delete') plane.remove('PersistentVolume', volume);
  else plane.update('PersistentVolume', { ...volume, status: { phase: 'Released' } });
}
