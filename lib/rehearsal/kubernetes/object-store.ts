import type { KnownKinds, KubernetesObject } from './objects.ts';
import { namespaceOf, timestamp } from './objects.ts';
import type { ResourceType } from './resource-types.ts';

export interface Change {
  readonly event: 'added' | 'modified' | 'deleted';
  readonly type: ResourceType;
  readonly object: KubernetesObject;
  readonly previous?: KubernetesObject;
}

interface HistoryEntry {
  readonly revision: number;
  readonly atMs: number;
  readonly typeKey: string;
  readonly namespace: string;
  readonly name: string;
  readonly previous: KubernetesObject | undefined;
}

type Table = Map<string, Map<string, KubernetesObject>>;

export interface StoreOptions {
  readonly nowMs: () => number;
  readonly uuid: () => string;
}

/** kube-apiserver --etcd-compaction-interval, default 5 minutes: older revisions answer 410. */
const compactionIntervalMs = 300_000;

/**
 * What etcd is to a real cluster: objects by kind, namespace and name, one revision for all of them, a history to read
 * an earlier revision from. Stored objects are never changed in place, so readers share them without copying.
 */
export class ObjectStore {
  readonly #options: StoreOptions;
  readonly #startMs: number;
  readonly #tables = new Map<string, Table>();
  readonly #dependents = new Map<string, Map<string, KubernetesObject>>();
  readonly #uids = new Set<string>();
  readonly #listeners = new Map<string, ((change: Change) => void)[]>();
  readonly #anyListeners: ((change: Change) => void)[] = [];
  #history: HistoryEntry[] = [];
  #revision = 1;
  #compacted = 0;

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#startMs = options.nowMs();
  }

  get revision(): number {
    return this.#revision;
  }

  get<K extends keyof KnownKinds>(kind: K, namespace: string, name: string): KnownKinds[K] | undefined;
  get(kind: string, namespace: string, name: string): KubernetesObject | undefined;
  get(kind: string, namespace: string, name: string): KubernetesObject | undefined {
    return this.#tables.get(kind)?.get(namespace)?.get(name);
  }

  /** Objects of a kind, of one namespace or of all, in order of creation within a namespace. */
  list<K extends keyof KnownKinds>(kind: K, namespace?: string): KnownKinds[K][];
  list(kind: string, namespace?: string): KubernetesObject[];
  list(kind: string, namespace?: string): KubernetesObject[] {
    const table = this.#tables.get(kind);
    if (table === undefined) return [];
    if (namespace !== undefined) return [...(table.get(namespace)?.values() ?? [])];
    return [...table.values()].flatMap((names) => [...names.values()]);
  }

  hasUid(uid: string): boolean {
    return this.#uids.has(uid);
  }

  /** Objects that name `uid` among their owners. */
  dependents(uid: string): KubernetesObject[] {
    return [...(this.#dependents.get(uid)?.values() ?? [])];
  }

  /** Dependents of one kind. */
  dependentsOfKind<K extends keyof KnownKinds>(uid: string, kind: K): KnownKinds[K][];
  dependentsOfKind(uid: string, kind: string): KubernetesObject[] {
    const found = this.#dependents.get(uid);
    if (found === undefined) return [];
    return [...found.values()].filter((object) => object.kind === kind);
  }

  /** Called after every change of the given kinds, inside the change. */
  onChange(kinds: readonly string[], listener: (change: Change) => void): void {
    for (const kind of kinds) {
      const listeners = this.#listeners.get(kind);
      if (listeners === undefined) this.#listeners.set(kind, [listener]);
      else listeners.push(listener);
    }
  }

  onAnyChange(listener: (change: Change) => void): void {
    this.#anyListeners.push(listener);
  }

  /** Adds an object: the server's own metadata are filled in. It must not exist. */
  create<T extends KubernetesObject>(type: ResourceType, object: T): T {
    const uid = this.#options.uuid();
    const generation = object.spec === undefined ? {} : { generation: 1 };
    const created = {
      ...object,
      metadata: {
        ...object.metadata,
        uid,
        resourceVersion: String(++this.#revision),
        ...generation,
        creationTimestamp: timestamp(this.#options.nowMs()),
      },
    };
    this.#record(type, created, undefined);
    this.#uids.add(uid);
    this.#set(type, created);
    this.#link(created, undefined);
    this.#notify({ event: 'added', type, object: created });
    return created;
  }

  /** Replaces an object; the generation grows when `spec` is another one. */
  update<T extends KubernetesObject>(type: ResourceType, object: T): T {
    const { namespace = '', name } = object.metadata;
    const previous = this.get(type.key, namespace, name);
    if (previous === undefined) throw new Error(`${type.kind} ${namespace}/${name} is not in the store`);
    const generation =
      object.spec !== previous.spec && previous.metadata.generation !== undefined
        ? { generation: previous.metadata.generation + 1 }
        : {};
    const updated = {
      ...object,
      metadata: { ...object.metadata, ...generation, resourceVersion: String(++this.#revision) },
    };
    this.#record(type, updated, previous);
    this.#set(type, updated);
    this.#link(updated, previous);
    this.#notify({ event: 'modified', type, object: updated, previous });
    return updated;
  }

  remove(type: ResourceType, object: KubernetesObject): void {
    const { namespace = '', name, uid = '' } = object.metadata;
    const names = this.#tables.get(type.key)?.get(namespace);
    const previous = names?.get(name);
    if (previous === undefined) return;
    this.#revision++;
    this.#record(type, previous, previous);
    names?.delete(name);
    this.#uids.delete(uid);
    this.#link(undefined, previous);
    this.#notify({ event: 'deleted', type, object: previous });
  }

  /** Objects of a kind as they were at `revision`; undefined once that revision is compacted. */
  listAt(kind: string, namespace: string | undefined, revision: number): KubernetesObject[] | undefined {
    if (revision === this.#revision) return this.list(kind, namespace);
    this.#compact();
    if (revision < this.#compacted) return undefined;
    const objects = new Map(
      this.list(kind, namespace).map((object) => [`${namespaceOf(object)}/${object.metadata.name}`, object]),
    );
    for (let index = this.#history.length - 1; index >= 0; index--) {
      const entry = this.#history[index]!;
      if (entry.revision <= revision) break;
      if (entry.typeKey !== kind || (namespace !== undefined && entry.namespace !== namespace)) continue;
      const key = `${entry.namespace}/${entry.name}`;
      if (entry.previous === undefined) objects.delete(key);
      else objects.set(key, entry.previous);
    }
    return [...objects.values()];
  }

  /** Every interval the API server compacts to the revision that was current one interval ago. */
  #compact(): void {
    const intervals = Math.floor((this.#options.nowMs() - this.#startMs) / compactionIntervalMs);
    const beforeMs = this.#startMs + (intervals - 1) * compactionIntervalMs;
    let count = 0;
    while (count < this.#history.length && this.#history[count]!.atMs <= beforeMs) count++;
    if (count === 0) return;
    this.#compacted = this.#history[count - 1]!.revision;
    this.#history = this.#history.slice(count);
  }

  #set(type: ResourceType, object: KubernetesObject): void {
    const { namespace = '', name } = object.metadata;
    let table = this.#tables.get(type.key);
    if (table === undefined) {
      table = new Map();
      this.#tables.set(type.key, table);
    }
    const names = table.get(namespace);
    if (names === undefined) table.set(namespace, new Map([[name, object]]));
    else names.set(name, object);
  }

  #link(next: KubernetesObject | undefined, previous: KubernetesObject | undefined): void {
    const uid = (next ?? previous)?.metadata.uid ?? '';
    for (const owner of previous?.metadata.ownerReferences ?? []) {
      if (next?.metadata.ownerReferences?.some((each) => each.uid === owner.uid)) continue;
      const dependents = this.#dependents.get(owner.uid);
      dependents?.delete(uid);
      if (dependents?.size === 0) this.#dependents.delete(owner.uid);
    }
    for (const owner of next?.metadata.ownerReferences ?? []) {
      const dependents = this.#dependents.get(owner.uid);
      if (dependents === undefined) this.#dependents.set(owner.uid, new Map([[uid, next!]]));
      else dependents.set(uid, next!);
    }
  }

  #record(type: ResourceType, object: KubernetesObject, previous: KubernetesObject | undefined): void {
    this.#history.push({
      revision: this.#revision,
      atMs: this.#options.nowMs(),
      typeKey: type.key,
      namespace: namespaceOf(object),
      name: object.metadata.name,
      previous,
    });
  }

  #notify(change: Change): void {
    for (const listener of this.#listeners.get(change.type.key) ?? []) listener(change);
    for (const listener of this.#anyListeners) listener(change);
  }
}
