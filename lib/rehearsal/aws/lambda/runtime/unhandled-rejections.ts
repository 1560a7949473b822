import type { ProcessLoop } from './process-loop.ts';
import type { Realm } from './realm.ts';

const loops = new WeakMap<object, ProcessLoop>();
let watching = false;

/**
 * A rejection that nobody handles ends the process it happened in, as in Lambda's Node runtime
 * (`Runtime.UnhandledPromiseRejection`); Node only tells the host process, which finds the realm by the promise's class.
 */
export function watchRejections(realm: Realm, loop: ProcessLoop): void {
  loops.set(realm.Promise.prototype, loop);
  if (watching) return;
  watching = true;
  process.on('unhandledRejection', (reason, promise) => {
    const owner = loops.get(Object.getPrototypeOf(promise) as object);
    if (owner === undefined) throw reason;
    const text = reason instanceof Error || hasMessage(reason) ? `${reason.name}: ${reason.message}` : String(reason);
    owner.crash({ name: 'Runtime.UnhandledPromiseRejection', message: text });
  });
}

function hasMessage(value: unknown): value is { readonly name: string; readonly message: string } {
  return typeof value === 'object' && value !== null && 'name' in value && 'message' in value;
}
