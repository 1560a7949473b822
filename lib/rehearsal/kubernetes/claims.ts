import { claimsOf } from '../claims/claim.ts';

export const kubernetesClaims = claimsOf('kubernetes', 'always', {
  'daemon-tolerations': {
    rule: 'Pods of a DaemonSet tolerate what nodes are tainted with while they aren’t well.',
    source: 'https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#taints-and-tolerations',
  },
  'rolling-update': {
    rule: '25 % surge, rounded up, and 25 % unavailable, rounded down.',
    source: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment',
  },
  'autoscaler-limits': {
    rule: 'An HPA keeps replicas between its limits; a target at 0 replicas turns it off.',
    source:
      'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#implicit-maintenance-mode-deactivation',
  },
  'autoscaler-period': {
    rule: 'An HPA looks every 15 s.',
    source: 'https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/',
  },
  'job-backoff': {
    rule: 'A failed pod of a Job is made anew after 10 s, then twice that each time, at most 6 minutes.',
    source: 'https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy',
  },
  'crash-backoff': {
    rule: 'A crashed container starts again after 10 s, then twice that each time, at most 300 s; after 10 good minutes at once.',
    source: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy',
  },
  'probe-defaults': {
    rule: 'Probes every 10 s, time-out 1 s, three failures or one success.',
    source:
      'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#configure-probes',
  },
  'pull-always': {
    rule: 'A present image under pull policy Always costs a question to the registry and no pull.',
    source: 'https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy',
  },
  'pod-requests': {
    rule: 'Containers and sidecars together, or the largest init container if more, plus overhead.',
    source: 'https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers',
  },
  'old-labels': {
    rule: 'Nodes carry the beta labels beside today’s.',
    source: 'https://kubernetes.io/docs/reference/labels-annotations-taints/',
  },
  'endpoints-delay': {
    rule: 'A ready pod gets traffic after a second, kube-proxy’s least period.',
    source: 'https://kubernetes.io/docs/reference/command-line-tools-reference/kube-proxy/',
  },
  'definition-delay': {
    rule: 'A new definition is established and in discovery after 60 ms: measured on kube-apiserver 1.36.3, published nowhere.',
  },
  'request-seats': {
    rule: 'The API server of an EKS cluster has 49 seats for the requests of roles, and queues 300 of each user.',
  },
  'controller-delay': {
    rule: 'A controller answers a change after 30 ms.',
  },
  'scheduling-delay': {
    rule: 'A pod is bound after 50 ms.',
  },
  'image-pull': {
    rule: 'An image is pulled in 6 s.',
  },
  'container-start': {
    rule: 'A container starts in 1.5 s with its image on the node.',
  },
  'application-start': {
    rule: 'A process answers 4 s after its container’s start.',
  },
  'init-container': {
    rule: 'An init container runs for 2 s.',
  },
  'job-run': {
    rule: 'A pod of a Job runs for 10 s.',
  },
  'crash-delay': {
    rule: 'A container that crashes does so after 1 s.',
  },
  'pod-termination': {
    rule: 'A pod ends 2 s after SIGTERM.',
  },
  'volume-provisioning': {
    rule: 'A volume is made in 2.5 s.',
  },
  'volume-attachment': {
    rule: 'A volume is attached and mounted in 6 s.',
  },
});
