import type { ControlPlane } from '../control-plane.ts';
import { parseSchedule } from '../controllers/cron-schedule.ts';
import { defaultStorageClass } from '../controllers/volumes.ts';
import type { KubernetesObject, Labels } from '../objects.ts';
import { withPriority } from '../pods.ts';
import { quantity } from '../quantities.ts';
import type { ResourceType } from '../resource-types.ts';
import { matchesSelector } from '../selectors.ts';
import { isMembers } from './patch.ts';
import { invalid, type StatusCause } from './status.ts';

type Members = Readonly<Record<string, unknown>>;

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const workloads: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet']);

function required(field: string): StatusCause {
  return { reason: 'FieldValueRequired', message: 'Required value', field };
}

function badValue(field: string, value: unknown, why: string): StatusCause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${why}`, field };
}

function members(value: unknown): Members {
  return isMembers(value) ? value : {};
}

/** Fills in the API's defaults that something in the simulation reads. */
export function withDefaults(plane: ControlPlane, type: ResourceType, object: KubernetesObject): KubernetesObject {
  const spec = isMembers(object.spec) ? object.spec : undefined;
  switch (type.key) {
    case 'Deployment':
      return { ...object, spec: { replicas: 1, strategy: { type: 'RollingUpdate' }, ...spec } };
    case 'ReplicaSet':
      return { ...object, spec: { replicas: 1, ...spec } };
    case 'StatefulSet':
      return { ...object, spec: { replicas: 1, podManagementPolicy: 'OrderedReady', ...spec } };
    case 'Job':
      return { ...object, spec: { parallelism: 1, backoffLimit: 6, ...spec } };
    case 'CronJob':
      return { ...object, spec: { concurrencyPolicy: 'Allow', suspend: false, ...spec } };
    case 'HorizontalPodAutoscaler':
      return { ...object, spec: { minReplicas: 1, ...spec } };
    case 'Namespace':
      return { ...object, spec: { finalizers: ['kubernetes'], ...spec }, status: { phase: 'Active' } };
    case 'Pod':
      return podDefaults(plane, object);
    case 'Service':
      return { ...object, spec: { type: 'ClusterIP', ...clusterIp(plane, spec), ...spec } };
    case 'PersistentVolumeClaim':
      return { ...object, spec: claimDefaults(plane, spec), status: { phase: 'Pending' } };
    case 'PersistentVolume':
      return { ...object, status: { phase: 'Available' } };
    case 'StorageClass':
      return { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate', ...object };
    default:
      return object;
  }
}

function podDefaults(plane: ControlPlane, object: KubernetesObject): KubernetesObject {
  const given = members(object.spec);
  const containers = Array.isArray(given.containers) ? given.containers : [];
  const spec = withPriority(plane, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    ...given,
    containers,
  });
  return { ...object, spec, status: { phase: 'Pending' } };
}

function clusterIp(plane: ControlPlane, spec: Members | undefined): Members {
  if (spec?.type === 'ExternalName') return {};
  return { clusterIP: `172.20.${plane.random.integer(0, 255)}.${plane.random.integer(1, 254)}` };
}

function claimDefaults(plane: ControlPlane, spec: Members | undefined): Members {
  const storageClass = defaultStorageClass(plane);
  const named = storageClass === undefined ? {} : { storageClassName: storageClass.metadata.name };
  return { ...named, volumeMode: 'Filesystem', ...spec };
}

/** Throws 422 with every cause at once. */
export function validate(type: ResourceType, object: KubernetesObject): void {
  const causes: StatusCause[] = [];
  const { name } = object.metadata;
  const rbac = type.group === 'rbac.authorization.k8s.io';
  if (name.length > 253 || !(rbac ? /^[^/%]+$/ : subdomain).test(name))
    causes.push(
      badValue(
        'metadata.name',
        name,
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
      ),
    );
  const spec = members(object.spec);
  if (workloads.has(type.key)) causes.push(...workloadCauses(spec));
  if (type.key === 'Pod') causes.push(...podSpecCauses(spec, 'spec'));
  if (type.key === 'Job') causes.push(...podSpecCauses(members(members(spec.template).spec), 'spec.template.spec'));
  if (type.key === 'CronJob') causes.push(...cronCauses(spec));
  if (type.key === 'HorizontalPodAutoscaler') causes.push(...autoscalerCauses(spec));
  if (causes.length > 0) throw invalid(type, name, causes);
}

function workloadCauses(spec: Members): StatusCause[] {
  const causes: StatusCause[] = [];
  const template = members(spec.template);
  if (spec.replicas !== undefined && (!Number.isInteger(spec.replicas) || Number(spec.replicas) < 0))
    causes.push(badValue('spec.replicas', spec.replicas, 'must be greater than or equal to 0'));
  if (!isMembers(spec.selector)) causes.push(required('spec.selector'));
  if (!isMembers(spec.template)) causes.push(required('spec.template'));
  else causes.push(...podSpecCauses(members(template.spec), 'spec.template.spec'));
  const labels = members(members(template.metadata).labels);
  const strings: Labels = Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, String(value)]));
  if (isMembers(spec.selector) && isMembers(spec.template) && !matchesSelector(strings, spec.selector))
    causes.push(badValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'));
  return causes;
}

function podSpecCauses(spec: Members, field: string): StatusCause[] {
  const { containers } = spec;
  if (!Array.isArray(containers) || containers.length === 0) return [required(`${field}.containers`)];
  return containers.flatMap((container: unknown, index) => {
    const missing = ['name', 'image'].filter((each) => typeof members(container)[each] !== 'string');
    return [
      ...missing.map((each) => required(`${field}.containers[${index}].${each}`)),
      ...quantityCauses(members(members(container).resources), `${field}.containers[${index}].resources`),
    ];
  });
}

/** Requests and limits that are no quantities (`cpu: lots`). */
function quantityCauses(resources: Members, field: string): StatusCause[] {
  return ['requests', 'limits'].flatMap((part) =>
    Object.entries(members(resources[part]))
      .filter(([, value]) => quantity(typeof value === 'number' ? value : String(value)) === undefined)
      .map(([resource, value]) =>
        badValue(
          `${field}.${part}[${resource}]`,
          value,
          'quantities must match the regular expression of a number with a suffix, like 250m or 1Gi',
        ),
      ),
  );
}

function cronCauses(spec: Members): StatusCause[] {
  const timeZone = typeof spec.timeZone === 'string' ? spec.timeZone : undefined;
  const template = members(members(members(spec.jobTemplate).spec).template);
  const causes = podSpecCauses(members(template.spec), 'spec.jobTemplate.spec.template.spec');
  if (typeof spec.schedule !== 'string') return [...causes, required('spec.schedule')];
  if (timeZone !== undefined && parseSchedule('* * * * *', timeZone) === undefined)
    return [...causes, badValue('spec.timeZone', timeZone, 'unknown time zone')];
  if (parseSchedule(spec.schedule, timeZone) === undefined)
    causes.push(badValue('spec.schedule', spec.schedule, 'expected five cron fields or a macro'));
  return causes;
}

function autoscalerCauses(spec: Members): StatusCause[] {
  const causes: StatusCause[] = [];
  const { maxReplicas, minReplicas } = spec;
  if (typeof maxReplicas !== 'number' || maxReplicas < 1)
    causes.push(badValue('spec.maxReplicas', maxReplicas ?? 0, 'must be greater than 0'));
  else if (typeof minReplicas === 'number' && minReplicas > maxReplicas)
    causes.push(badValue('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'));
  if (!isMembers(spec.scaleTargetRef)) causes.push(required('spec.scaleTargetRef'));
  return causes;
}
