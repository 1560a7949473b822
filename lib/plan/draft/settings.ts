import { z } from 'zod';
import type { Setting } from './host-names.ts';
import { type KubernetesObject, namespaceOf } from './kubernetes-object.ts';
import { type Container, containersOf, type Workload } from './pods.ts';

const entries = z.record(z.string(), z.coerce.string()).catch({});

/** ConfigMaps and Secrets of the folder by `kind/namespace/name`. */
export type Configurations = ReadonlyMap<string, readonly Setting[]>;

/** Only host names of known Services are ever taken from these, so no value of a Secret gets any further. */
export function configurationsOf(objects: readonly KubernetesObject[]): Configurations {
  const configurations = new Map<string, readonly Setting[]>();
  for (const object of objects) {
    if (object.kind !== 'ConfigMap' && object.kind !== 'Secret') continue;
    const data = Object.entries(entries.parse(object.data)).map(([name, value]) => ({
      name,
      value: object.kind === 'Secret' ? Buffer.from(value, 'base64').toString('utf8') : value,
    }));
    const plain = Object.entries(entries.parse(object.stringData)).map(([name, value]) => ({ name, value }));
    configurations.set(`${object.kind}/${namespaceOf(object)}/${object.metadata.name}`, [...data, ...plain]);
  }
  return configurations;
}

/** Everything a workload is told: variables, arguments, and the ConfigMaps and Secrets that it reads. */
export function settingsOf(workload: Workload, configurations: Configurations): readonly Setting[] {
  const from = (kind: 'ConfigMap' | 'Secret', name: string | undefined) =>
    configurations.get(`${kind}/${workload.namespace}/${name}`) ?? [];
  const ofContainer = ({ env, envFrom, command, args }: Container): Setting[] => [
    ...env.flatMap(({ name, value }) => (value === undefined ? [] : { name, value })),
    ...env.flatMap(({ valueFrom }) => [
      ...from('ConfigMap', valueFrom?.configMapKeyRef?.name),
      ...from('Secret', valueFrom?.secretKeyRef?.name),
    ]),
    ...envFrom.flatMap(({ configMapRef, secretRef }) => [
      ...from('ConfigMap', configMapRef?.name),
      ...from('Secret', secretRef?.name),
    ]),
    { name: 'command line', value: [...command, ...args].join(' ') },
  ];
  const ofVolumes = workload.podSpec.volumes.flatMap(({ configMap, secret, projected }) => [
    ...from('ConfigMap', configMap?.name),
    ...from('Secret', secret?.secretName),
    ...(projected?.sources ?? []).flatMap((source) => [
      ...from('ConfigMap', source.configMap?.name),
      ...from('Secret', source.secret?.name),
    ]),
  ]);
  return [...containersOf(workload).flatMap(ofContainer), ...ofVolumes];
}
