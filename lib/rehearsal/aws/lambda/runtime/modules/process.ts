import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import type { ExecutionEnvironment } from '../execution-environment.ts';
import { intoRealm } from '../realm.ts';
import { completed } from './refusing.ts';

/** The world's functions run on one version, whatever runs the rehearsal, so that a run is the same on every machine. */
const nodeVersion = '24.11.0';

/** Lines that the function writes to standard output or error. */
export function logStream(environment: ExecutionEnvironment): Writable {
  let rest = '';
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) environment.log(line);
      done();
    },
  });
}

/** `process` as the function sees it: its own environment, the virtual clock, no way to end the host. */
export function virtualProcess(environment: ExecutionEnvironment, output: Writable): Record<string, unknown> {
  const { loop, realm, variables } = environment;
  const startMs = loop.kernel.nowMs;
  const elapsedNs = (): bigint => BigInt(Math.round((loop.kernel.nowMs - startMs) * 1e6));
  const hrtime = Object.assign(
    (since?: readonly [number, number]): [number, number] => {
      const ns = elapsedNs() - (since === undefined ? 0n : BigInt(since[0]) * 1_000_000_000n + BigInt(since[1]));
      return [Number(ns / 1_000_000_000n), Number(ns % 1_000_000_000n)];
    },
    { bigint: elapsedNs },
  );
  const memory = environment.memoryMiB * 2 ** 20;
  const emitter = new EventEmitter();
  const listeners: Record<string, unknown> = {};
  for (const name of ['on', 'addListener', 'once', 'off', 'removeListener', 'removeAllListeners', 'emit'] as const) {
    listeners[name] = emitter[name].bind(emitter);
  }
  listeners.listeners = emitter.listeners.bind(emitter);
  listeners.listenerCount = emitter.listenerCount.bind(emitter);
  return completed('process', process as unknown as Record<string, unknown>, {
    ...listeners,
    env: intoRealm(realm, variables),
    argv: intoRealm(realm, ['/var/lang/bin/node', '/var/runtime/index.mjs']),
    execArgv: new realm.Array(),
    execPath: '/var/lang/bin/node',
    title: 'node',
    pid: 8,
    ppid: 1,
    platform: 'linux',
    arch: environment.architecture,
    version: `v${nodeVersion}`,
    versions: intoRealm(realm, { node: nodeVersion, v8: '13.6.233.10-node.28', modules: '137' }),
    release: intoRealm(realm, { name: 'node', lts: 'Krypton' }),
    config: new realm.Object(),
    features: intoRealm(realm, { inspector: false }),
    exitCode: undefined,
    stdout: output,
    stderr: output,
    ...{ getuid: () => 993, geteuid: () => 993, getgid: () => 990, getegid: () => 990 },
    cwd: () => '/var/task',
    umask: () => 0o22,
    uptime: () => (loop.kernel.nowMs - startMs) / 1000,
    hrtime,
    memoryUsage: () => intoRealm(realm, { rss: memory / 2, heapTotal: memory / 4, heapUsed: memory / 8, external: 0 }),
    nextTick: (callback: (...args: unknown[]) => void, ...args: unknown[]) =>
      process.nextTick(() => {
        if (!loop.destroyed) loop.deliver(() => callback(...args));
      }),
    emitWarning: (warning: unknown) => environment.log(`Warning: ${String(warning)}`),
    exit: (code?: number) =>
      loop.crash(
        Object.assign(new realm.Error(`Runtime exited with status ${code ?? 0}`), { name: 'Runtime.ExitError' }),
      ),
  });
}
