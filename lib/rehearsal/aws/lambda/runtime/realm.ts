import { types } from 'node:util';
import vm from 'node:vm';

/** The built-ins of one `vm` context that code outside of it needs in order to make objects that belong to it. */
export interface Realm {
  readonly Object: ObjectConstructor;
  readonly Array: ArrayConstructor;
  readonly Date: DateConstructor;
  readonly Error: ErrorConstructor;
  readonly TypeError: TypeErrorConstructor;
  readonly Promise: PromiseConstructor;
  readonly Math: Math;
  readonly JSON: JSON;
  readonly Intl: typeof Intl;
  [name: string]: unknown;
}

/** A new global object with nothing but ECMAScript's built-ins, which know host errors and promises as their own. */
export function createRealm(): Realm {
  // Without an interceptor on the global object: such contexts are made and run faster.
  const realm: Realm = vm.runInContext('globalThis', vm.createContext(vm.constants.DONT_CONTEXTIFY));
  shareBinaryTypes(realm);
  alsoInstances(realm.Error, (value) => types.isNativeError(value) || value instanceof DOMException);
  alsoInstances(realm.Promise, types.isPromise);
  return realm;
}

/** Node's own modules take and give the host's buffers; with two sets of these classes `instanceof` would fail. */
function shareBinaryTypes(realm: Realm): void {
  const shared = [
    ArrayBuffer,
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
    DataView,
  ];
  for (const type of shared) define(realm, type.name, type);
}

function alsoInstances(type: object & { readonly prototype: unknown }, is: (value: unknown) => boolean): void {
  const ordinary = Function.prototype[Symbol.hasInstance];
  Object.defineProperty(type, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      // Subclasses inherit this method and stay strict.
      return ordinary.call(this as object as () => void, value) || (this === type && is(value));
    },
  });
}

export function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
}

/** A copy of plain data whose objects, lists and dates belong to the realm; bytes are copied too. */
export function intoRealm(realm: Realm, value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (types.isDate(value)) return Reflect.construct(realm.Date, [value.getTime()]);
  if (Array.isArray(value)) {
    const list = new realm.Array<unknown>();
    for (const item of value) list.push(intoRealm(realm, item));
    return list;
  }
  const out = new realm.Object() as Record<string, unknown>;
  for (const [name, member] of Object.entries(value)) out[name] = intoRealm(realm, member);
  return out;
}

/** The same out of the realm; members that are undefined are left out, as serialisation does. */
export function outOfRealm(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (types.isDate(value)) return new Date(value.getTime());
  if (Array.isArray(value)) return value.map(outOfRealm);
  const out: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) if (member !== undefined) out[name] = outOfRealm(member);
  return out;
}

/** An Error of the realm with Node's own members (`code`, `syscall`). */
export function realmError(realm: Realm, message: string, members: Readonly<Record<string, unknown>> = {}): Error {
  return Object.assign(new realm.Error(message), members);
}
