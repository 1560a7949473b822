import * as assert from 'node:assert';
import * as asyncHooks from 'node:async_hooks';
import * as buffer from 'node:buffer';
import * as childProcess from 'node:child_process';
import { Console } from 'node:console';
import * as events from 'node:events';
import * as http2 from 'node:http2';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import * as perfHooks from 'node:perf_hooks';
import * as querystring from 'node:querystring';
import * as stream from 'node:stream';
import * as streamPromises from 'node:stream/promises';
import * as streamWeb from 'node:stream/web';
import * as stringDecoder from 'node:string_decoder';
import * as tls from 'node:tls';
import * as tty from 'node:tty';
import * as url from 'node:url';
import * as util from 'node:util';
import * as utilTypes from 'node:util/types';
import * as v8 from 'node:v8';
import * as workerThreads from 'node:worker_threads';
import * as zlib from 'node:zlib';
import type { ExecutionEnvironment } from '../execution-environment.ts';
import { realmError } from '../realm.ts';
import type { VirtualTimers } from '../virtual-time.ts';
import { cryptoModule } from './crypto.ts';
import { dnsModules } from './dns.ts';
import { fileSystemModules } from './file-system.ts';
import { httpModules } from './http.ts';
import { completed } from './refusing.ts';
import { timersModules } from './timers.ts';

type Exports = Readonly<Record<string, unknown>>;

export interface BuiltinParts {
  readonly environment: ExecutionEnvironment;
  readonly timers: VirtualTimers;
  readonly process: Readonly<Record<string, unknown>>;
  readonly console: Console;
  readonly performance: object;
  readonly diagnosticsChannel: Exports;
}

/**
 * Node's built-in modules as the world has them, by name without `node:`. What computes only is Node's own; what
 * reaches outside the process is the world's; sockets, processes and threads can be imported and throw on use.
 */
export class BuiltinModules {
  readonly #realm: ExecutionEnvironment['realm'];
  readonly #makers: ReadonlyMap<string, () => Exports>;
  readonly #made = new Map<string, Exports>();

  constructor(parts: BuiltinParts) {
    this.#realm = parts.environment.realm;
    this.#makers = new Map(
      Object.entries({
        ...passedThrough(),
        ...ofTheWorld(parts),
        ...refusedOnUse(),
        module: () => this.#moduleModule(),
      }),
    );
  }

  /** Undefined: there is no such built-in module. */
  get(specifier: string): Exports | undefined {
    const name = specifier.replace(/^node:/, '');
    let exports = this.#made.get(name);
    if (exports === undefined) {
      exports = this.#makers.get(name)?.();
      if (exports !== undefined) this.#made.set(name, exports);
    }
    return exports;
  }

  /** What `require` and a default import give. */
  default(specifier: string): unknown {
    const exports = this.get(specifier);
    if (exports === undefined) {
      const members = { code: 'MODULE_NOT_FOUND' };
      throw realmError(this.#realm, `Cannot find module '${specifier}'`, members);
    }
    return exports.default ?? exports;
  }

  #moduleModule(): Exports {
    const require = (specifier: string): unknown => this.default(specifier);
    return {
      createRequire: () => require,
      builtinModules: [...this.#makers.keys()],
      isBuiltin: (name: string) => this.get(name) !== undefined,
    };
  }
}

/** They compute, and keep no time, randomness or connection of their own. */
function passedThrough(): Record<string, () => Exports> {
  return {
    assert: () => ({ ...assert }),
    async_hooks: () => ({ ...asyncHooks }),
    buffer: () => ({ ...buffer }),
    events: () => ({ ...events }),
    path: () => ({ ...path }),
    'path/posix': () => ({ ...path.posix, default: path.posix }),
    querystring: () => ({ ...querystring }),
    stream: () => ({ ...stream }),
    'stream/promises': () => ({ ...streamPromises }),
    'stream/web': () => ({ ...streamWeb }),
    string_decoder: () => ({ ...stringDecoder }),
    tty: () => ({ ...tty, isatty: () => false }),
    url: () => ({ ...url }),
    util: () => ({ ...util }),
    'util/types': () => ({ ...utilTypes }),
  };
}

function ofTheWorld(parts: BuiltinParts): Record<string, () => Exports> {
  const { environment } = parts;
  const fs = () => fileSystemModules(environment);
  const dns = () => dnsModules(environment);
  const http = () => httpModules(environment);
  const timers = () => timersModules(environment.realm, parts.timers);
  return {
    fs: () => fs().fs,
    'fs/promises': () => fs().promises,
    dns: () => dns().dns,
    'dns/promises': () => dns().promises,
    http: () => http().http,
    https: () => http().https,
    timers: () => timers().timers,
    'timers/promises': () => timers().promises,
    crypto: () => cryptoModule(environment.random),
    process: () => ({ ...parts.process, default: parts.process }),
    console: () => ({ Console, default: parts.console }),
    diagnostics_channel: () => parts.diagnosticsChannel,
    perf_hooks: () => completed('perf_hooks', { ...perfHooks }, { performance: parts.performance }),
    os: () => completed('os', { ...os }, { ...machine(environment), constants: os.constants, EOL: '\n' }),
    zlib: () => completed('zlib', { ...zlib }, { ...synchronousZlib(), constants: zlib.constants }),
  };
}

/** What a function sees of its machine; fixed, so that no run depends on where it is made. */
function machine(environment: ExecutionEnvironment): Exports {
  return {
    platform: () => 'linux',
    type: () => 'Linux',
    release: () => '5.10.0',
    arch: () => environment.architecture,
    machine: () => (environment.architecture === 'arm64' ? 'aarch64' : 'x86_64'),
    endianness: () => 'LE',
    homedir: () => '/root',
    tmpdir: () => '/tmp',
    hostname: () => '169.254.0.1',
    totalmem: () => environment.memoryMiB * 2 ** 20,
    freemem: () => environment.memoryMiB * 2 ** 19,
    cpus: () => [],
    availableParallelism: () => 2,
    networkInterfaces: () => ({}),
    userInfo: () => ({ username: 'sbx_user1051', uid: 993, gid: 990, shell: null, homedir: '/root' }),
  };
}

/** The asynchronous forms use the thread pool, whose timing no rehearsal may depend on. */
function synchronousZlib(): Exports {
  return Object.fromEntries(Object.entries(zlib).filter(([name]) => name.endsWith('Sync') || name === 'crc32'));
}

function refusedOnUse(): Record<string, () => Exports> {
  const isIp = { isIP: net.isIP, isIPv4: net.isIPv4, isIPv6: net.isIPv6 };
  const workers = { isMainThread: true, threadId: 0, workerData: null, parentPort: null };
  return {
    net: () => completed('net', { ...net }, isIp),
    tls: () => completed('tls', { ...tls }, { rootCertificates: [] }),
    http2: () => completed('http2', { ...http2 }, { constants: http2.constants }),
    child_process: () => completed('child_process', { ...childProcess }, {}),
    worker_threads: () => completed('worker_threads', { ...workerThreads }, workers),
    v8: () => completed('v8', { ...v8 }, {}),
  };
}
