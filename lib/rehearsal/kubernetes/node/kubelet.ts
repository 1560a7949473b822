import type { ControlPlane } from '../control-plane.ts';
import type { Container, ContainerStatus, Pod, Probe } from '../objects.ts';
import { namespaceOf, timestamp, uidOf, withCondition } from '../objects.ts';
import { isFinished, isTerminating } from '../pods.ts';
import { claimNames } from './claims.ts';

/** Kubelet's back-off for crashing containers and for image pulls: 10 s, doubled, at most 300 s (Kubernetes documentation). */
const firstBackoffMs = 10_000;
const longestBackoffMs = 300_000;
/** A container that ran this long starts again without back-off (Kubernetes documentation, "Container restarts"). */
const backoffResetMs = 600_000;
/** Probe defaults (Kubernetes documentation, "Configure Probes"). */
const defaultPeriodSeconds = 10;

interface ContainerRun {
  readonly container: Container;
  status: ContainerStatus;
  backoffMs: number;
  startedMs: number;
}

interface PodRun {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly init: ContainerRun[];
  readonly main: ContainerRun[];
  readonly startTime: string;
  podIP: string | undefined;
  ended: boolean;
}

/** Runs the pods of all nodes: pulls images, starts containers, probes, restarts with back-off, ends. */
export class Kubelets {
  readonly #plane: ControlPlane;
  readonly #runs = new Map<string, PodRun>();
  /** Image by node: when its pull is done. */
  readonly #images = new Map<string, Map<string, number>>();
  /** What waits for a ConfigMap or Secret, by `kind/namespace/name`. */
  readonly #awaiting = new Map<string, (() => void)[]>();
  #addresses = 0;

  constructor(plane: ControlPlane) {
    this.#plane = plane;
    plane.store.onChange(['Pod'], ({ event, object }) => {
      const pod = plane.store.get('Pod', namespaceOf(object), object.metadata.name);
      if (event === 'deleted') this.#forget(uidOf(object));
      else if (pod !== undefined) this.#podChanged(pod);
    });
    plane.store.onChange(['ConfigMap', 'Secret'], ({ event, type, object }) => {
      if (event === 'deleted') return;
      const key = `${type.kind}/${object.metadata.namespace}/${object.metadata.name}`;
      const waiting = this.#awaiting.get(key) ?? [];
      this.#awaiting.delete(key);
      for (const resume of waiting) plane.after(plane.latency('controllerMs'), 'config-appeared', resume);
    });
    plane.store.onChange(['Node'], ({ event, object }) => {
      if (event === 'deleted') this.#images.delete(object.metadata.name);
    });
  }

  #forget(uid: string): void {
    const run = this.#runs.get(uid);
    if (run !== undefined) run.ended = true;
    this.#runs.delete(uid);
  }

  #podChanged(pod: Pod): void {
    const uid = uidOf(pod);
    const node = pod.spec.nodeName;
    if (node === undefined || isFinished(pod)) return;
    const run = this.#runs.get(uid);
    if (isTerminating(pod)) {
      if (run === undefined || run.ended) return;
      run.ended = true;
      const grace = (pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000;
      this.#plane.after(Math.min(grace, this.#plane.latency('terminateMs')), 'terminate', () => this.#remove(run));
    } else if (run === undefined) this.#start(pod, node);
  }

  #remove(run: PodRun): void {
    const pod = this.#plane.store.get('Pod', run.namespace, run.name);
    if (pod?.metadata.uid === run.uid) this.#plane.remove('Pod', pod);
  }

  #start(pod: Pod, node: string): void {
    const run: PodRun = {
      namespace: namespaceOf(pod),
      name: pod.metadata.name,
      uid: uidOf(pod),
      node,
      init: (pod.spec.initContainers ?? []).map((container) => newRun(container, 'PodInitializing')),
      main: pod.spec.containers.map((container) =>
        newRun(container, (pod.spec.initContainers ?? []).length > 0 ? 'PodInitializing' : 'ContainerCreating'),
      ),
      startTime: timestamp(this.#plane.nowMs),
      podIP: undefined,
      ended: false,
    };
    this.#runs.set(run.uid, run);
    const attachMs = claimNames(pod).length > 0 ? this.#plane.latency('volumeAttachMs') : 0;
    this.#after(run, attachMs, 'mount', () => this.#mount(run));
  }

  #after(run: PodRun, delayMs: number, what: string, work: () => void): void {
    this.#plane.after(delayMs, what, () => {
      if (!run.ended) work();
    });
  }

  #pod(run: PodRun): Pod | undefined {
    const pod = this.#plane.store.get('Pod', run.namespace, run.name);
    return pod?.metadata.uid === run.uid ? pod : undefined;
  }

  /** A missing ConfigMap or Secret volume keeps the pod in ContainerCreating (FailedMount) until it appears. */
  #mount(run: PodRun): void {
    const pod = this.#pod(run);
    if (pod === undefined) return;
    for (const { configMap, secret } of pod.spec.volumes ?? []) {
      const missing =
        this.#missing('ConfigMap', run.namespace, configMap?.name, configMap?.optional) ??
        this.#missing('Secret', run.namespace, secret?.secretName, secret?.optional);
      if (missing !== undefined) {
        this.#write(run);
        this.#await(run, missing, () => this.#mount(run));
        return;
      }
    }
    run.podIP = nextAddress(this.#addresses++);
    this.#write(run);
    this.#runInit(run, 0);
  }

  #missing(kind: 'ConfigMap' | 'Secret', namespace: string, name: string | undefined, optional = false, key?: string) {
    if (name === undefined || optional) return undefined;
    const object = this.#plane.store.get(kind, namespace, name);
    const noun = kind === 'ConfigMap' ? 'configmap' : 'secret';
    const waitFor = `${kind}/${namespace}/${name}`;
    if (object === undefined) return { waitFor, message: `${noun} "${name}" not found` };
    const binary: Readonly<Record<string, unknown>> | null | undefined =
      kind === 'ConfigMap' ? this.#plane.store.get('ConfigMap', namespace, name)?.binaryData : undefined;
    if (key === undefined || object.data?.[key] !== undefined || binary?.[key] !== undefined) return undefined;
    return { waitFor, message: `couldn't find key ${key} in ${kind} ${namespace}/${name}` };
  }

  #await(run: PodRun, missing: { readonly waitFor: string }, resume: () => void): void {
    const waiting = this.#awaiting.get(missing.waitFor) ?? [];
    waiting.push(() => {
      if (!run.ended) resume();
    });
    this.#awaiting.set(missing.waitFor, waiting);
  }

  /** Init containers one after the other; a sidecar (restartPolicy Always) only has to have started. */
  #runInit(run: PodRun, index: number): void {
    const next = run.init[index];
    if (next === undefined) {
      for (const container of run.main) this.#prepare(run, container, () => this.#started(run, container));
      return;
    }
    this.#prepare(run, next, () => {
      this.#setRunning(next);
      if (next.container.restartPolicy === 'Always') {
        next.status = { ...next.status, ready: true };
        this.#write(run);
        this.#runInit(run, index + 1);
        return;
      }
      this.#write(run);
      if (this.#crashes(run, next)) return this.#crashLater(run, next, () => this.#runInit(run, index));
      this.#after(run, this.#plane.latency('initContainerMs'), 'init-done', () => {
        this.#setTerminated(next, 0);
        next.status = { ...next.status, ready: true };
        this.#write(run);
        this.#runInit(run, index + 1);
      });
    });
  }

  /** Image, configuration, then the start; `begin` runs when the container has started. */
  #prepare(run: PodRun, target: ContainerRun, begin: () => void): void {
    const image = target.container.image ?? '';
    const pulls = this.#pulls(run.node);
    const doneMs = pulls.get(image);
    if (doneMs !== undefined && target.container.imagePullPolicy !== 'Always') {
      this.#after(run, Math.max(0, doneMs - this.#plane.nowMs), 'image-present', () =>
        this.#configure(run, target, begin),
      );
      return;
    }
    if (!this.#plane.behaviour.imageAvailable(image)) {
      this.#pullFailed(run, target, begin);
      return;
    }
    // A present image under pull policy Always costs one question to the registry, no pull (Kubernetes documentation, Images).
    const pullMs = doneMs === undefined ? this.#plane.latency('imagePullMs') : this.#plane.vary(300);
    pulls.set(image, Math.max(doneMs ?? 0, this.#plane.nowMs + (doneMs === undefined ? pullMs : 0)));
    const waitMs = Math.max(pullMs, (doneMs ?? 0) - this.#plane.nowMs);
    this.#after(run, waitMs, 'pulled', () => this.#configure(run, target, begin));
  }

  #pulls(node: string): Map<string, number> {
    const pulls = this.#images.get(node) ?? new Map<string, number>();
    this.#images.set(node, pulls);
    return pulls;
  }

  #pullFailed(run: PodRun, target: ContainerRun, begin: () => void): void {
    const image = target.container.image ?? '';
    target.backoffMs = nextBackoff(target.backoffMs);
    this.#setWaiting(run, target, 'ErrImagePull', `failed to pull and unpack image "${image}": not found`);
    this.#after(run, 2000, 'pull-backoff', () => {
      this.#setWaiting(run, target, 'ImagePullBackOff', `Back-off pulling image "${image}"`);
    });
    this.#after(run, target.backoffMs + 2000, 'pull-again', () => this.#prepare(run, target, begin));
  }

  #configure(run: PodRun, target: ContainerRun, begin: () => void): void {
    const missing = this.#missingReference(run, target.container);
    if (missing !== undefined) {
      this.#setWaiting(run, target, 'CreateContainerConfigError', missing.message);
      this.#await(run, missing, () => this.#configure(run, target, begin));
      return;
    }
    target.backoffMs = target.status.restartCount === 0 ? 0 : target.backoffMs;
    this.#after(run, this.#plane.latency('containerStartMs'), 'container-started', begin);
  }

  #missingReference(run: PodRun, container: Container) {
    for (const { configMapRef: map, secretRef: secret } of container.envFrom ?? []) {
      const missing =
        this.#missing('ConfigMap', run.namespace, map?.name, map?.optional) ??
        this.#missing('Secret', run.namespace, secret?.name, secret?.optional);
      if (missing !== undefined) return missing;
    }
    for (const { valueFrom } of container.env ?? []) {
      const { configMapKeyRef: map, secretKeyRef: secret } = valueFrom ?? {};
      const missing =
        this.#missing('ConfigMap', run.namespace, map?.name, map?.optional, map?.key) ??
        this.#missing('Secret', run.namespace, secret?.name, secret?.optional, secret?.key);
      if (missing !== undefined) return missing;
    }
    return undefined;
  }

  #started(run: PodRun, target: ContainerRun): void {
    this.#setRunning(target);
    if (this.#crashes(run, target)) {
      this.#write(run);
      this.#crashLater(run, target, () => this.#prepare(run, target, () => this.#started(run, target)));
      return;
    }
    const pod = this.#pod(run);
    if (pod?.spec.restartPolicy === 'Never' || pod?.spec.restartPolicy === 'OnFailure')
      this.#after(run, this.#plane.latency('jobRunMs'), 'completed', () => this.#complete(run, target));
    const { readinessProbe, startupProbe } = target.container;
    if (readinessProbe === undefined && startupProbe === undefined) {
      target.status = { ...target.status, ready: true };
      this.#write(run);
      return;
    }
    this.#write(run);
    const startMs = this.#plane.nowMs;
    const answersMs = startMs + this.#plane.latency('applicationStartMs');
    const upMs = firstSuccess(startupProbe, startMs, startMs, answersMs, 1);
    const readyMs =
      readinessProbe === undefined
        ? upMs
        : firstSuccess(readinessProbe, startMs, upMs, answersMs, readinessProbe.successThreshold ?? 1);
    const restart = target.status.restartCount;
    this.#after(run, readyMs - startMs, 'ready', () => {
      if (target.status.restartCount !== restart || target.status.state.running === undefined) return;
      target.status = { ...target.status, ready: true };
      this.#write(run);
    });
  }

  #complete(run: PodRun, target: ContainerRun): void {
    this.#setTerminated(target, 0);
    this.#write(run);
    if (run.main.every((each) => each.status.state.terminated !== undefined)) this.#finish(run, 'Succeeded');
  }

  #finish(run: PodRun, phase: 'Succeeded' | 'Failed'): void {
    const pod = this.#pod(run);
    run.ended = true;
    if (pod !== undefined) this.#plane.update('Pod', { ...pod, status: { ...pod.status, phase } });
  }

  #crashes(run: PodRun, target: ContainerRun): boolean {
    const pod = this.#pod(run);
    return pod !== undefined && this.#plane.behaviour.crashes(pod, target.container.name);
  }

  #crashLater(run: PodRun, target: ContainerRun, again: () => void): void {
    this.#after(run, this.#plane.latency('crashMs'), 'crash', () => {
      this.#setTerminated(target, 1);
      if (this.#pod(run)?.spec.restartPolicy === 'Never') {
        this.#write(run);
        this.#finish(run, 'Failed');
        return;
      }
      const ranMs = this.#plane.nowMs - target.startedMs;
      target.backoffMs = ranMs >= backoffResetMs ? firstBackoffMs : nextBackoff(target.backoffMs);
      target.status = { ...target.status, restartCount: target.status.restartCount + 1 };
      this.#setWaiting(
        run,
        target,
        'CrashLoopBackOff',
        `back-off ${target.backoffMs / 1000}s restarting failed container`,
      );
      this.#after(run, target.backoffMs, 'restart', again);
    });
  }

  #setWaiting(run: PodRun, target: ContainerRun, reason: string, message: string): void {
    target.status = { ...target.status, ready: false, started: false, state: { waiting: { reason, message } } };
    this.#write(run);
  }

  #setRunning(target: ContainerRun): void {
    target.startedMs = this.#plane.nowMs;
    const running = { startedAt: timestamp(this.#plane.nowMs) };
    target.status = { ...target.status, ready: false, started: true, state: { running } };
  }

  #setTerminated(target: ContainerRun, exitCode: number): void {
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    const terminated = { exitCode, reason, finishedAt: timestamp(this.#plane.nowMs) };
    target.status = { ...target.status, ready: false, started: false, state: { terminated } };
  }

  /** Status of the pod from its containers. */
  #write(run: PodRun): void {
    const pod = this.#pod(run);
    if (pod === undefined) return;
    const initialized = run.init.every(
      (each) =>
        each.status.state.terminated?.exitCode === 0 ||
        (each.container.restartPolicy === 'Always' && each.status.ready),
    );
    const ready = initialized && run.main.every((each) => each.status.ready);
    const gates = (pod.spec.readinessGates ?? []).every((gate) =>
      pod.status?.conditions?.some((each) => each.type === gate.conditionType && each.status === 'True'),
    );
    const begun =
      initialized && run.main.every((each) => each.status.state.waiting === undefined || each.status.restartCount > 0);
    let conditions = pod.status?.conditions;
    for (const [type, holds] of [
      ['Initialized', initialized],
      ['Ready', ready && gates],
      ['ContainersReady', ready],
    ] as const) {
      const reason = holds
        ? {}
        : { reason: type === 'Initialized' ? 'ContainersNotInitialized' : 'ContainersNotReady' };
      conditions = withCondition(conditions, { type, status: holds ? 'True' : 'False', ...reason }, this.#plane.nowMs);
    }
    this.#plane.update('Pod', {
      ...pod,
      status: {
        ...pod.status,
        phase: begun ? 'Running' : 'Pending',
        startTime: run.startTime,
        hostIP: nodeAddress(run.node),
        ...(run.podIP === undefined ? {} : { podIP: run.podIP, podIPs: [{ ip: run.podIP }] }),
        ...(conditions === undefined ? {} : { conditions }),
        ...(run.init.length === 0 ? {} : { initContainerStatuses: run.init.map((each) => each.status) }),
        containerStatuses: run.main.map((each) => each.status),
      },
    });
  }
}

function newRun(container: Container, reason: string): ContainerRun {
  const image = container.image ?? '';
  return {
    container,
    status: {
      name: container.name,
      image,
      ready: false,
      started: false,
      restartCount: 0,
      state: { waiting: { reason } },
    },
    backoffMs: 0,
    startedMs: 0,
  };
}

function nextBackoff(currentMs: number): number {
  return currentMs === 0 ? firstBackoffMs : Math.min(longestBackoffMs, currentMs * 2);
}

/** When a probe has succeeded `threshold` times: it runs every period from its initial delay, from `fromMs` on. */
function firstSuccess(
  probe: Probe | undefined,
  startMs: number,
  fromMs: number,
  answersMs: number,
  threshold: number,
): number {
  if (probe === undefined) return fromMs;
  const periodMs = (probe.periodSeconds ?? defaultPeriodSeconds) * 1000;
  const firstMs = Math.max(startMs + (probe.initialDelaySeconds ?? 0) * 1000, fromMs);
  const misses = Math.max(0, Math.ceil((answersMs - firstMs) / periodMs));
  return firstMs + (misses + threshold - 1) * periodMs;
}

function nextAddress(index: number): string {
  return `10.0.${Math.floor(index / 250) % 256}.${(index % 250) + 4}`;
}

/** EC2 host names carry the address: `ip-10-0-3-17.…`. */
function nodeAddress(node: string): string {
  const match = /^ip-(\d+)-(\d+)-(\d+)-(\d+)/.exec(node);
  return match === null ? '10.0.0.1' : match.slice(1).join('.');
}
