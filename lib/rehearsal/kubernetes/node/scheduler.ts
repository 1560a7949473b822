import type { ControlPlane } from '../control-plane.ts';
import type { PersistentVolumeClaim, Pod } from '../objects.ts';
import { namespaceOf, uidOf, withCondition } from '../objects.ts';
import { deletePod, isFinished, isTerminating } from '../pods.ts';
import { podRequests, type Requests } from '../quantities.ts';
import { claimNames, selectedNodeAnnotation } from './claims.ts';
import { antiAffinityForbids, matchesTerms, type NodeView, nodeFits, nodeView } from './placement.ts';

interface Load {
  readonly view: NodeView;
  cpuMillis: number;
  memoryBytes: number;
  readonly pods: Map<string, { readonly pod: Pod; readonly requests: Requests }>;
}

/**
 * Binds pods to nodes: by priority, then in order of creation, on the fitting node with the smallest share of requests.
 * A pod that fits nowhere gets PodScheduled=False/Unschedulable and waits for a change of nodes, pods or volumes.
 */
export class Scheduler {
  readonly #plane: ControlPlane;
  readonly #loads = new Map<string, Load>();
  readonly #waiting = new Map<string, Pod>();
  /** Node kept for a pod while its volumes are made there. */
  readonly #reserved = new Map<string, string>();
  /** Room that is being made for a pod by ending others; no pod of lower priority may take it. */
  readonly #nominated = new Map<string, { readonly pod: Pod; readonly node: string }>();
  readonly #unschedulable = new Set<string>();
  readonly #listeners: ((pod: Pod) => void)[] = [];
  #passDue = false;

  constructor(plane: ControlPlane) {
    this.#plane = plane;
    plane.store.onChange(['Pod'], ({ event, object }) => this.#podChanged(event, object));
    plane.store.onChange(['Node'], ({ event, object }) => {
      const node = plane.store.get('Node', '', object.metadata.name);
      if (event === 'deleted') this.#loads.delete(object.metadata.name);
      else if (node !== undefined) this.#nodeChanged(nodeView(node));
      this.#wake();
    });
    const volumes = ['PersistentVolumeClaim', 'PersistentVolume', 'StorageClass'];
    plane.store.onChange(volumes, () => {
      if (this.#waiting.size > 0) this.#wake();
    });
  }

  onUnschedulable(listener: (pod: Pod) => void): void {
    this.#listeners.push(listener);
  }

  /** Pods that fit on no node now, in order of creation. */
  unschedulable(): readonly Pod[] {
    return [...this.#waiting.values()].filter((pod) => this.#unschedulable.has(uidOf(pod)));
  }

  #podChanged(event: string, object: { readonly metadata: Pod['metadata'] }): void {
    const uid = uidOf(object);
    const pod = this.#plane.store.get('Pod', namespaceOf(object), object.metadata.name);
    const gone = event === 'deleted' || pod === undefined || isFinished(pod);
    if (gone) {
      this.#waiting.delete(uid);
      this.#unschedulable.delete(uid);
      this.#reserved.delete(uid);
      this.#nominated.delete(uid);
      if (this.#release(uid)) this.#wake();
      return;
    }
    if (pod.spec.nodeName === undefined) {
      if (!this.#waiting.has(uid)) this.#wake();
      this.#waiting.set(uid, pod);
      return;
    }
    this.#waiting.delete(uid);
    this.#unschedulable.delete(uid);
    this.#reserved.delete(uid);
    this.#nominated.delete(uid);
    this.#place(pod, pod.spec.nodeName);
  }

  #nodeChanged(view: NodeView): void {
    const before = this.#loads.get(view.name);
    const load: Load = { view, cpuMillis: 0, memoryBytes: 0, pods: new Map() };
    this.#loads.set(view.name, load);
    for (const { pod } of before?.pods.values() ?? []) this.#place(pod, view.name);
  }

  #place(pod: Pod, nodeName: string): void {
    const uid = uidOf(pod);
    const load = this.#loads.get(nodeName);
    if (load === undefined) return;
    const before = load.pods.get(uid);
    if (before !== undefined) {
      load.pods.set(uid, { pod, requests: before.requests });
      return;
    }
    this.#release(uid);
    const requests = podRequests(pod.spec);
    load.pods.set(uid, { pod, requests });
    load.cpuMillis += requests.cpuMillis;
    load.memoryBytes += requests.memoryBytes;
  }

  #release(uid: string): boolean {
    for (const load of this.#loads.values()) {
      const entry = load.pods.get(uid);
      if (entry === undefined) continue;
      load.pods.delete(uid);
      load.cpuMillis -= entry.requests.cpuMillis;
      load.memoryBytes -= entry.requests.memoryBytes;
      return true;
    }
    return false;
  }

  #wake(): void {
    if (this.#passDue) return;
    this.#passDue = true;
    this.#plane.after(this.#plane.latency('scheduleMs'), 'schedule', () => {
      this.#passDue = false;
      const byPriority = [...this.#waiting.values()]
        .map((pod, index) => ({ pod, index }))
        .sort((a, b) => (b.pod.spec.priority ?? 0) - (a.pod.spec.priority ?? 0) || a.index - b.index);
      for (const { pod } of byPriority) this.#schedule(pod);
    });
  }

  #schedule(pod: Pod): void {
    const uid = uidOf(pod);
    const claims = this.#claims(pod);
    if (typeof claims === 'string') {
      this.#mark(pod, `0/${this.#loads.size} nodes are available: ${claims}.`);
      return;
    }
    const reserved = this.#reserved.get(uid);
    const nodeName = reserved ?? this.#choose(pod, claims);
    if (nodeName === undefined) return;
    const unbound = claims.filter((claim) => claim.status?.phase !== 'Bound');
    if (unbound.length === 0) {
      this.#bind(pod, nodeName);
      return;
    }
    this.#reserved.set(uid, nodeName);
    this.#place(pod, nodeName);
    for (const claim of unbound) {
      if (claim.metadata.annotations?.[selectedNodeAnnotation] !== undefined) continue;
      const annotations = { ...claim.metadata.annotations, [selectedNodeAnnotation]: nodeName };
      this.#plane.update('PersistentVolumeClaim', { ...claim, metadata: { ...claim.metadata, annotations } });
    }
  }

  /** The pod's claims when each is bound or waits for its first consumer; else why the pod must wait. */
  #claims(pod: Pod): readonly PersistentVolumeClaim[] | string {
    const { store } = this.#plane;
    const claims: PersistentVolumeClaim[] = [];
    for (const name of claimNames(pod)) {
      const claim = store.get('PersistentVolumeClaim', namespaceOf(pod), name);
      if (claim === undefined) return `persistentvolumeclaim "${name}" not found`;
      if (claim.status?.phase !== 'Bound') {
        const storageClass = store.get('StorageClass', '', claim.spec.storageClassName ?? '');
        if (storageClass?.volumeBindingMode !== 'WaitForFirstConsumer')
          return 'pod has unbound immediate PersistentVolumeClaims';
      }
      claims.push(claim);
    }
    return claims;
  }

  #choose(pod: Pod, claims: readonly PersistentVolumeClaim[]): string | undefined {
    const requests = podRequests(pod.spec);
    const reasons = new Map<string, number>();
    let best: { readonly name: string; readonly share: number } | undefined;
    for (const load of this.#loads.values()) {
      const reason = this.#refuses(load, pod, requests, claims);
      if (reason !== undefined) {
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        continue;
      }
      const share = Math.max(
        (load.cpuMillis + requests.cpuMillis) / load.view.cpuMillis,
        (load.memoryBytes + requests.memoryBytes) / load.view.memoryBytes,
        (load.pods.size + 1) / load.view.pods,
      );
      if (best === undefined || share < best.share) best = { name: load.view.name, share };
    }
    if (best !== undefined) return best.name;
    this.#preempt(pod, requests, claims);
    const details = [...reasons].sort().map(([reason, count]) => `${count} ${reason}`);
    const text = details.length === 0 ? 'no nodes available to schedule pods' : details.join(', ');
    this.#mark(pod, details.length === 0 ? text : `0/${this.#loads.size} nodes are available: ${text}.`);
    return undefined;
  }

  #refuses(load: Load, pod: Pod, requests: Requests, claims: readonly PersistentVolumeClaim[]): string | undefined {
    const { view } = load;
    const unfit = nodeFits(view, pod.spec) ?? this.#volumesRefuse(view, claims);
    if (unfit !== undefined) return unfit;
    const kept = this.#keptFor(view.name, pod);
    if (load.pods.size + kept.pods >= view.pods) return 'Too many pods';
    if (requests.cpuMillis > view.cpuMillis - load.cpuMillis - kept.cpuMillis) return 'Insufficient cpu';
    if (requests.memoryBytes > view.memoryBytes - load.memoryBytes - kept.memoryBytes) return 'Insufficient memory';
    if (antiAffinityForbids(pod, view, this.#placed())) return "node(s) didn't match pod anti-affinity rules";
    return undefined;
  }

  /** Room on a node that pods of higher priority are waiting for. */
  #keptFor(node: string, pod: Pod): Requests & { readonly pods: number } {
    let [cpuMillis, memoryBytes, pods] = [0, 0, 0];
    for (const [uid, nominated] of this.#nominated) {
      if (nominated.node !== node || uid === pod.metadata.uid) continue;
      if ((nominated.pod.spec.priority ?? 0) < (pod.spec.priority ?? 0)) continue;
      const requests = podRequests(nominated.pod.spec);
      cpuMillis += requests.cpuMillis;
      memoryBytes += requests.memoryBytes;
      pods++;
    }
    return { cpuMillis, memoryBytes, pods };
  }

  *#placed(): Generator<{ readonly pod: Pod; readonly node: NodeView }> {
    for (const load of this.#loads.values()) for (const { pod } of load.pods.values()) yield { pod, node: load.view };
  }

  #volumesRefuse(view: NodeView, claims: readonly PersistentVolumeClaim[]): string | undefined {
    for (const claim of claims) {
      const volume = this.#plane.store.get('PersistentVolume', '', claim.spec.volumeName ?? '');
      const required = volume?.spec.nodeAffinity?.required;
      if (required !== undefined && !matchesTerms(view, required.nodeSelectorTerms))
        return 'node(s) had volume node affinity conflict';
    }
    return undefined;
  }

  /** Ends pods of lower priority on the node where the fewest must go, if that makes room. */
  #preempt(pod: Pod, requests: Requests, claims: readonly PersistentVolumeClaim[]): void {
    if (pod.spec.preemptionPolicy === 'Never') return;
    let fewest: { readonly victims: readonly Pod[]; readonly node: string } | undefined;
    for (const load of this.#loads.values()) {
      const { view } = load;
      if (nodeFits(view, pod.spec) !== undefined || this.#volumesRefuse(view, claims) !== undefined) continue;
      const victims = victimsOn(load, pod, requests);
      if (victims !== undefined && (fewest === undefined || victims.length < fewest.victims.length))
        fewest = { victims, node: view.name };
    }
    if (fewest === undefined) return;
    this.#nominated.set(uidOf(pod), { pod, node: fewest.node });
    for (const victim of fewest.victims) deletePod(this.#plane, victim);
  }

  #mark(pod: Pod, message: string): void {
    const current = this.#plane.store.get('Pod', namespaceOf(pod), pod.metadata.name);
    if (current === undefined) return;
    const uid = uidOf(pod);
    this.#unschedulable.add(uid);
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message } as const;
    const conditions = withCondition(current.status?.conditions, condition, this.#plane.nowMs);
    if (conditions !== current.status?.conditions)
      this.#plane.update('Pod', { ...current, status: { ...current.status, conditions } });
    for (const listener of this.#listeners) listener(current);
  }

  #bind(pod: Pod, nodeName: string): void {
    const current = this.#plane.store.get('Pod', namespaceOf(pod), pod.metadata.name);
    if (current === undefined || isTerminating(current)) return;
    const conditions = (current.status?.conditions ?? []).filter((each) => each.type !== 'PodScheduled');
    const scheduled = withCondition(conditions, { type: 'PodScheduled', status: 'True' }, this.#plane.nowMs);
    this.#plane.update('Pod', {
      ...current,
      spec: { ...current.spec, nodeName },
      status: { ...current.status, phase: 'Pending', conditions: scheduled },
    });
  }
}

/** Lower-priority pods, lowest and youngest first, until the pod fits; undefined if it never does or room is on its way. */
function victimsOn(load: Load, pod: Pod, requests: Requests): readonly Pod[] | undefined {
  const lower = [...load.pods.values()]
    .filter((entry) => (entry.pod.spec.priority ?? 0) < (pod.spec.priority ?? 0))
    .sort((a, b) => (a.pod.spec.priority ?? 0) - (b.pod.spec.priority ?? 0));
  let { cpuMillis, memoryBytes } = load;
  let count = load.pods.size;
  const victims: Pod[] = [];
  for (const entry of lower) {
    cpuMillis -= entry.requests.cpuMillis;
    memoryBytes -= entry.requests.memoryBytes;
    count--;
    if (!isTerminating(entry.pod)) victims.push(entry.pod);
    const fits =
      cpuMillis + requests.cpuMillis <= load.view.cpuMillis &&
      memoryBytes + requests.memoryBytes <= load.view.memoryBytes &&
      count < load.view.pods;
    if (fits) return victims;
  }
  return undefined;
}
