/**
 * How long things take inside a cluster, in milliseconds. Every default names its source; a default without one
 * names its claim that nobody backs. Single latencies vary by ±20 % from the cluster's random stream.
 */
export interface ClusterLatencies {
  /** From a change to the reconcile that answers it. Unverified: kubernetes.controller-delay. */
  readonly controllerMs: number;
  /** From a pod's creation to its binding. Unverified: kubernetes.scheduling-delay. */
  readonly scheduleMs: number;
  /** Pulling one image to one node. 100–300 MB from a registry of the same region. Unverified: kubernetes.image-pull. */
  readonly imagePullMs: number;
  /**
   * Sandbox, network and container start with the image on the node. Kubernetes' pod start-up SLO (sig-scalability,
   * pod_startup_latency) is 5 s at the 99th percentile without pulls and init containers; the typical value is
   * unverified: kubernetes.container-start.
   */
  readonly containerStartMs: number;
  /** From a container's start until its process answers; `applicationStartMs` of the options overrides it. Unverified: kubernetes.application-start. */
  readonly applicationStartMs: number;
  /** One init container's run. Unverified: kubernetes.init-container. */
  readonly initContainerMs: number;
  /** One pod of a Job, from start to exit 0. Unverified: kubernetes.job-run. */
  readonly jobRunMs: number;
  /** From start to exit 1 of a container that crashes. Unverified: kubernetes.crash-delay. */
  readonly crashMs: number;
  /** From SIGTERM to the end of a pod, never more than its grace period. Unverified: kubernetes.pod-termination. */
  readonly terminateMs: number;
  /** CreateVolume of the CSI driver. For EBS gp3. Unverified: kubernetes.volume-provisioning. */
  readonly volumeProvisionMs: number;
  /** AttachVolume, device and mount, for EBS. Unverified: kubernetes.volume-attachment. */
  readonly volumeAttachMs: number;
  /** From a pod's readiness to its traffic: EndpointSlice written and kube-proxy synced (--iptables-min-sync-period, 1 s). */
  readonly endpointsMs: number;
  /** kube-controller-manager --horizontal-pod-autoscaler-sync-period, default 15 s. Not varied. */
  readonly hpaSyncMs: number;
  /** A new CRD is established and in discovery. Measured on kube-apiserver 1.36.3: 50 ms and 15 ms more. */
  readonly establishMs: number;
}

export const defaultLatencies: ClusterLatencies = {
  controllerMs: 30,
  scheduleMs: 50,
  imagePullMs: 6_000,
  containerStartMs: 1_500,
  applicationStartMs: 4_000,
  initContainerMs: 2_000,
  jobRunMs: 10_000,
  crashMs: 1_000,
  terminateMs: 2_000,
  volumeProvisionMs: 2_500,
  volumeAttachMs: 6_000,
  endpointsMs: 1_000,
  hpaSyncMs: 15_000,
  establishMs: 60,
};
