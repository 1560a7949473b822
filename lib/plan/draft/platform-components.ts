import type { PlatformComponent } from '../plan.ts';
import type { Workload } from './pods.ts';

type Role = PlatformComponent['role'];

/** Namespaces that hold what applications stand on, by the names their projects install them under. */
const platformNamespaces: readonly (readonly [RegExp, Role])[] = [
  [/^(calico-system|calico-apiserver|tigera-operator|cilium(-.*)?)$/, 'cni'],
  [/^(longhorn-system|rook-ceph|openebs|ebs-csi.*|portworx)$/, 'csi'],
  [
    /^(ingress-nginx|nginx-ingress|traefik(-.*)?|contour|projectcontour|kong|haproxy-controller|emissary(-.*)?|ambassador|gateway-system|envoy-gateway-system|istio-ingress|istio-system|aws-load-balancer-controller|external-dns)$/,
    'ingress',
  ],
  [/^cert-manager$/, 'cert-manager'],
  [/^(external-secrets(-.*)?|sealed-secrets|vault|vault-secrets-operator(-.*)?|secrets-store-csi-driver)$/, 'secrets'],
  [/^(argocd|argo-cd|argo-rollouts|flux-system|fleet-system|cattle-fleet-.*)$/, 'gitops'],
  [
    /^(kube-system|kube-public|kube-node-lease|karpenter|linkerd(-.*)?|monitoring|prometheus|observability|logging|amazon-cloudwatch|opentelemetry.*|gatekeeper-system|kyverno|keda|velero|crossplane-system|cnpg-system|metallb-system|knative-(serving|eventing)|local-path-storage|node-feature-discovery|olm|operators|kubernetes-dashboard|cattle-system)$/,
    'other',
  ],
];

/** What runs in kube-system is known by the name of its workload. */
const platformWorkloads: readonly (readonly [RegExp, Role])[] = [
  [/coredns|kube-dns/, 'cluster-dns'],
  [/aws-node|cilium|calico|weave|flannel|canal/, 'cni'],
  [/csi|local-path-provisioner/, 'csi'],
  [/ingress|traefik|load-balancer-controller|external-dns/, 'ingress'],
  [/cert-manager/, 'cert-manager'],
  [/secret/, 'secrets'],
  [/argo|flux/, 'gitops'],
];

export function isPlatformNamespace(namespace: string): boolean {
  return platformNamespaces.some(([pattern]) => pattern.test(namespace));
}

/**
 * Components of the platform among the workloads: one per namespace that a project owns, one per workload in
 * kube-system, and the control plane, which an EKS cluster always has.
 */
export function platformComponents(workloads: readonly Workload[], cluster: string): readonly PlatformComponent[] {
  const components = new Map<string, PlatformComponent>();
  components.set('eks', { role: 'control-plane', name: 'eks', cluster, namespaces: [] });
  for (const { namespace, name } of workloads) {
    const role = platformNamespaces.find(([pattern]) => pattern.test(namespace))?.[1];
    if (!role) continue;
    const component = namespace === 'kube-system' ? name : namespace;
    const known = namespace === 'kube-system' ? platformWorkloads.find(([pattern]) => pattern.test(name))?.[1] : role;
    components.set(component, { role: known ?? 'other', name: component, cluster, namespaces: [namespace] });
  }
  return [...components.values()];
}
