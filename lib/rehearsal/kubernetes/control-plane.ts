import type { Kernel } from '../kernel/kernel.ts';
import type { RandomStream } from '../kernel/random-stream.ts';
import type { ClusterLatencies } from './latencies.ts';
import { ObjectStore } from './object-store.ts';
import type { KnownKinds, KubernetesObject, Pod } from './objects.ts';
import { namespaceOf } from './objects.ts';
import { ResourceTypes } from './resource-types.ts';

/** What the scenario decides about the workloads' insides; asked whenever it matters, so it may change in a run. */
export interface WorkloadBehaviour {
  /** Does a registry that the nodes reach have this image? */
  imageAvailable(image: string): boolean;
  /** Does this container of this pod end with exit code 1 soon after it started? */
  crashes(pod: Pod, container: string): boolean;
}

/** What API server, controllers and nodes of one cluster share. */
export class ControlPlane {
  readonly kernel: Kernel;
  readonly name: string;
  readonly version: string;
  readonly latencies: ClusterLatencies;
  readonly behaviour: WorkloadBehaviour;
  readonly zones: readonly string[];
  readonly random: RandomStream;
  readonly types = new ResourceTypes();
  readonly store: ObjectStore;
  #stopped = false;

  constructor(parts: {
    kernel: Kernel;
    name: string;
    version: string;
    latencies: ClusterLatencies;
    behaviour: WorkloadBehaviour;
    zones: readonly string[];
  }) {
    this.kernel = parts.kernel;
    this.name = parts.name;
    this.version = parts.version;
    this.latencies = parts.latencies;
    this.behaviour = parts.behaviour;
    this.zones = parts.zones;
    this.random = parts.kernel.random(`kubernetes/${parts.name}`);
    this.store = new ObjectStore({ nowMs: () => parts.kernel.nowMs, uuid: () => this.random.uuid() });
  }

  get nowMs(): number {
    return this.kernel.nowMs;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Runs something later, unless the cluster has died by then. */
  after(delayMs: number, what: string, run: () => void): void {
    this.kernel.after(delayMs, `kubernetes/${this.name}/${what}`, () => {
      if (!this.#stopped) run();
    });
  }

  /** The latency of that name, varied by ±20 %, whole milliseconds. */
  latency(name: keyof ClusterLatencies): number {
    return this.vary(this.latencies[name]);
  }

  vary(milliseconds: number): number {
    return Math.round(milliseconds * this.random.between(0.8, 1.2));
  }

  create<K extends keyof KnownKinds>(kind: K, object: KnownKinds[K]): KnownKinds[K] {
    return this.store.create(this.#type(kind), object);
  }

  update<K extends keyof KnownKinds>(kind: K, object: KnownKinds[K]): KnownKinds[K] {
    return this.store.update(this.#type(kind), object);
  }

  remove(kind: keyof KnownKinds, object: KubernetesObject): void {
    this.store.remove(this.#type(kind), object);
  }

  #type(kind: keyof KnownKinds) {
    const type = this.types.byKey(kind);
    if (type === undefined) throw new Error(`${kind} is no kind of this cluster`);
    return type;
  }
}

/**
 * A controller's work queue: names wait at most once, each is reconciled after the controllers' latency.
 * Nothing runs while nothing changes.
 */
export class WorkQueue {
  readonly #plane: ControlPlane;
  readonly #controller: string;
  readonly #reconcile: (namespace: string, name: string) => void;
  readonly #waiting = new Set<string>();

  constructor(plane: ControlPlane, controller: string, reconcile: (namespace: string, name: string) => void) {
    this.#plane = plane;
    this.#controller = controller;
    this.#reconcile = reconcile;
  }

  add(namespace: string, name: string, delayMs = this.#plane.latency('controllerMs')): void {
    const key = `${namespace}/${name}`;
    if (this.#waiting.has(key)) return;
    this.#waiting.add(key);
    this.#plane.after(delayMs, this.#controller, () => {
      this.#waiting.delete(key);
      this.#reconcile(namespace, name);
    });
  }

  addObject(object: KubernetesObject): void {
    this.add(namespaceOf(object), object.metadata.name);
  }

  /** Again at a later instant, beside what waits already. */
  addLater(namespace: string, name: string, delayMs: number): void {
    this.#plane.after(delayMs, this.#controller, () => this.add(namespace, name, 0));
  }
}
