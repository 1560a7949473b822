import { Console } from 'node:console';
import { types } from 'node:util';
import { virtualAbortSignal } from './abort-signal.ts';
import type { ExecutionEnvironment } from './execution-environment.ts';
import { virtualFetch } from './fetch.ts';
import { BuiltinModules } from './modules/builtin-modules.ts';
import { virtualWebCrypto } from './modules/crypto.ts';
import { diagnosticsChannelModule } from './modules/diagnostics-channel.ts';
import { logStream, virtualProcess } from './modules/process.ts';
import { define, intoRealm } from './realm.ts';
import { virtualDate, virtualFormats, virtualTimers } from './virtual-time.ts';

type DiagnosticsChannel = ReturnType<typeof diagnosticsChannelModule>;

/** Web interfaces that compute only and are taken from the host as they are. */
const hostClasses = {
  AbortController,
  Blob,
  DOMException,
  Event,
  EventTarget,
  FormData,
  Headers,
  ReadableStream,
  Request,
  Response,
  TextDecoder,
  TextEncoder,
  TransformStream,
  URL,
  URLSearchParams,
  WritableStream,
};

/** Gives a realm the globals of Node 24, on the world's clock, randomness and network. */
export function installGlobals(environment: ExecutionEnvironment): {
  readonly modules: BuiltinModules;
  readonly diagnosticsChannel: DiagnosticsChannel;
} {
  const { realm, loop, random } = environment;
  const nowMs = (): number => loop.kernel.nowMs;
  const startMs = nowMs();
  const timers = virtualTimers(loop);
  const output = logStream(environment);
  const process = virtualProcess(environment, output);
  const console = new Console({ stdout: output, stderr: output });
  const performance = { now: () => nowMs() - startMs, timeOrigin: startMs, mark: () => {}, measure: () => {} };
  const diagnosticsChannel = diagnosticsChannelModule();
  virtualFormats(realm, nowMs);
  define(realm.Math, 'random', () => random.next());
  const globals = {
    ...hostClasses,
    ...timers,
    Date: virtualDate(realm, nowMs),
    AbortSignal: virtualAbortSignal(loop),
    Buffer,
    atob,
    btoa,
    console,
    crypto: virtualWebCrypto(random),
    fetch: virtualFetch(environment),
    global: realm,
    performance,
    process,
    queueMicrotask: (callback: () => void) => void realm.Promise.resolve().then(callback),
    structuredClone: (value: unknown) => clone(environment, value),
  };
  for (const [name, value] of Object.entries(globals)) define(realm, name, value);
  const modules = new BuiltinModules({
    ...{ environment, timers, process, console, performance },
    diagnosticsChannel: diagnosticsChannel.module,
  });
  return { modules, diagnosticsChannel };
}

function clone({ realm }: ExecutionEnvironment, value: unknown): unknown {
  if (types.isMap(value) || types.isSet(value)) throw new realm.Error('not simulated: structuredClone of a Map or Set');
  return intoRealm(realm, structuredClone(value));
}
