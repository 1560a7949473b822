import type { ProcessLoop } from './process-loop.ts';

/** AbortSignal whose `timeout` is on the virtual clock; otherwise the host's. */
export function virtualAbortSignal(loop: ProcessLoop): typeof AbortSignal {
  const timeout = (delayMs: number): AbortSignal => {
    const controller = new AbortController();
    loop.after(delayMs, () =>
      controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')),
    );
    return controller.signal;
  };
  return new Proxy(AbortSignal, {
    get: (target, name, receiver) => (name === 'timeout' ? timeout : Reflect.get(target, name, receiver)),
  });
}
