import { InputError } from '../../../plan/input-error.ts';
import type { PolicyRule } from '../../kubernetes/cluster.ts';

/**
 * Rules of the EKS access policies (EKS user guide, "Review access policy permissions"); they follow the user-facing
 * cluster roles of Kubernetes: admin, edit, view.
 */
const read = ['get', 'list', 'watch'];
const write = ['create', 'delete', 'deletecollection', 'patch', 'update'];

const appsWritten = [
  'daemonsets',
  'deployments',
  'deployments/rollback',
  'deployments/scale',
  'replicasets',
  'replicasets/scale',
  'statefulsets',
  'statefulsets/scale',
];

const view: readonly PolicyRule[] = [
  {
    apiGroups: ['apps'],
    resources: [
      'controllerrevisions',
      'daemonsets',
      'daemonsets/status',
      'deployments',
      'deployments/scale',
      'deployments/status',
      'replicasets',
      'replicasets/scale',
      'replicasets/status',
      'statefulsets',
      'statefulsets/scale',
      'statefulsets/status',
    ],
    verbs: read,
  },
  {
    apiGroups: ['autoscaling'],
    resources: ['horizontalpodautoscalers', 'horizontalpodautoscalers/status'],
    verbs: read,
  },
  { apiGroups: ['batch'], resources: ['cronjobs', 'cronjobs/status', 'jobs', 'jobs/status'], verbs: read },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: read },
  {
    apiGroups: ['networking.k8s.io'],
    resources: ['ingresses', 'ingresses/status', 'networkpolicies'],
    verbs: read,
  },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets', 'poddisruptionbudgets/status'], verbs: read },
  {
    apiGroups: [''],
    resources: [
      'bindings',
      'configmaps',
      'endpoints',
      'events',
      'limitranges',
      'namespaces',
      'namespaces/status',
      'persistentvolumeclaims',
      'persistentvolumeclaims/status',
      'pods',
      'pods/log',
      'pods/status',
      'replicationcontrollers',
      'replicationcontrollers/scale',
      'replicationcontrollers/status',
      'resourcequotas',
      'resourcequotas/status',
      'serviceaccounts',
      'services',
      'services/status',
    ],
    verbs: read,
  },
];

const edit: readonly PolicyRule[] = [
  ...view,
  { apiGroups: ['apps'], resources: appsWritten, verbs: write },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: write },
  { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'], verbs: write },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'networkpolicies'], verbs: write },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: write },
  {
    apiGroups: [''],
    resources: ['pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy', 'secrets', 'services/proxy'],
    verbs: read,
  },
  {
    apiGroups: [''],
    resources: [
      'configmaps',
      'events',
      'persistentvolumeclaims',
      'pods',
      'pods/attach',
      'pods/exec',
      'pods/portforward',
      'pods/proxy',
      'replicationcontrollers',
      'replicationcontrollers/scale',
      'secrets',
      'serviceaccounts',
      'services',
      'services/proxy',
    ],
    verbs: write,
  },
  { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['impersonate'] },
];

const policies: Readonly<Record<string, readonly PolicyRule[]>> = {
  AmazonEKSClusterAdminPolicy: [{ apiGroups: ['*'], resources: ['*'], nonResourceURLs: ['*'], verbs: ['*'] }],
  AmazonEKSAdminPolicy: [
    ...edit,
    { apiGroups: ['authorization.k8s.io'], resources: ['localsubjectaccessreviews'], verbs: ['create'] },
    { apiGroups: ['rbac.authorization.k8s.io'], resources: ['rolebindings', 'roles'], verbs: [...read, ...write] },
  ],
  AmazonEKSEditPolicy: edit,
  AmazonEKSViewPolicy: view,
  AmazonEKSAdminViewPolicy: [{ apiGroups: ['*'], resources: ['*'], verbs: read }],
};

const arnPrefix = 'arn:aws:eks::aws:cluster-access-policy/';

/** The rules of a policy, limited to namespaces if given. Throws InputError for a policy that isn't simulated. */
export function accessPolicyRules(policyArn: string, namespaces: readonly string[] | undefined): readonly PolicyRule[] {
  const rules = policyArn.startsWith(arnPrefix) ? policies[policyArn.slice(arnPrefix.length)] : undefined;
  if (rules === undefined)
    throw new InputError(
      `EKS access policy ${policyArn} is not simulated; use one of ${Object.keys(policies)
        .map((name) => arnPrefix + name)
        .join(', ')}`,
    );
  return namespaces === undefined ? rules : rules.map((rule) => ({ ...rule, namespaces }));
}
