/** What a handler needs of the process it runs in. Tests and loops take it as a dependency. */
export interface Runtime {
  /** The region this function runs in. */
  readonly region: string;
  /** Environment variables; only the handler stack reads them. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Epoch milliseconds. */
  nowMs(): number;
  /** Resolves after `delayMs`; rejects with the signal's reason when it aborts before. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
  /** A signal that aborts after `afterMs` or with `parent`. Call `release` when the work is done, or its timer keeps running. */
  deadline(afterMs: number, parent?: AbortSignal): Deadline;
  uuid(): string;
}

export interface Deadline {
  readonly signal: AbortSignal;
  release(): void;
}

/** The only place that reads clock, timers, randomness and environment of the process. */
export function lambdaRuntime(): Runtime {
  return {
    // Lambda sets it in every execution environment:
    // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    region: process.env.AWS_REGION ?? '',
    variables: process.env,
    nowMs: () => Date.now(),
    sleep,
    deadline,
    uuid: () => globalThis.crypto.randomUUID(),
  };
}

function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, delayMs);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

function deadline(afterMs: number, parent?: AbortSignal): Deadline {
  const controller = new AbortController();
  const onParentAbort = () => controller.abort(parent?.reason);
  const timer = setTimeout(() => {
    const error = new Error(`no answer within ${afterMs} ms`);
    error.name = 'TimeoutError';
    controller.abort(error);
  }, afterMs);
  if (parent?.aborted) onParentAbort();
  else parent?.addEventListener('abort', onParentAbort, { once: true });
  return {
    signal: controller.signal,
    release: () => {
      clearTimeout(timer);
      parent?.removeEventListener('abort', onParentAbort);
    },
  };
}
