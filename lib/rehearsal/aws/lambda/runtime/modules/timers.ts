import * as nodeTimers from 'node:timers';
import * as nodeTimersPromises from 'node:timers/promises';
import type { Realm } from '../realm.ts';
import type { VirtualTimers } from '../virtual-time.ts';
import { completed } from './refusing.ts';

interface Options {
  readonly signal?: AbortSignal;
}

/** node:timers and node:timers/promises on the virtual clock. */
export function timersModules(
  realm: Realm,
  timers: VirtualTimers,
): { readonly timers: Record<string, unknown>; readonly promises: Record<string, unknown> } {
  const sleep = (delayMs?: number, value?: unknown, options?: Options): Promise<unknown> =>
    new realm.Promise((resolve, reject) => {
      const signal = options?.signal;
      const abort = (): void => {
        timers.clearTimeout(timeout);
        reject(aborted(realm, signal));
      };
      const timeout = timers.setTimeout(() => {
        signal?.removeEventListener('abort', abort);
        resolve(value);
      }, delayMs);
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort, { once: true });
    });
  const promises = completed(
    'timers/promises',
    { ...nodeTimersPromises },
    {
      setTimeout: sleep,
      setImmediate: (value?: unknown) => new realm.Promise((resolve) => timers.setImmediate(() => resolve(value))),
      scheduler: { wait: (delayMs: number, options?: Options) => sleep(delayMs, undefined, options) },
    },
  );
  return { promises, timers: completed('timers', { ...nodeTimers }, { ...timers, promises }) };
}

function aborted(realm: Realm, signal: AbortSignal | undefined): Error {
  const members = { name: 'AbortError', code: 'ABORT_ERR', cause: signal?.reason };
  return Object.assign(new realm.Error('The operation was aborted'), members);
}
