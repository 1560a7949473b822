import * as nodeHttp from 'node:http';
import * as nodeHttps from 'node:https';
import { Readable, Writable } from 'node:stream';
import { InputError } from '../../../../../plan/input-error.ts';
import type { HttpResponse, HttpResult } from '../../../../network/internet.ts';
import type { ExecutionEnvironment } from '../execution-environment.ts';
import type { LoopTimer } from '../process-loop.ts';
import { realmError } from '../realm.ts';
import { completed } from './refusing.ts';

/** Options of `request` that mean something in the world; TLS and socket options have nothing to act on there. */
interface RequestOptions {
  readonly protocol?: string;
  readonly host?: string;
  readonly hostname?: string;
  readonly port?: number | string | null;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** The answer as node:http's IncomingMessage has it. */
class IncomingMessage extends Readable {
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly rawHeaders: readonly string[];
  readonly httpVersion = '1.1';
  complete = false;

  constructor(response: HttpResponse) {
    super({ read: () => {} });
    this.statusCode = response.status;
    this.statusMessage = nodeHttp.STATUS_CODES[response.status] ?? '';
    this.headers = lowerCased(response.headers);
    this.rawHeaders = Object.entries(response.headers).flat();
    if (response.body !== '') this.push(Buffer.from(response.body));
    this.push(null);
    this.complete = true;
  }
}

class Agent {
  readonly options: unknown;
  readonly sockets = {};
  readonly requests = {};
  readonly freeSockets = {};
  constructor(options: unknown = {}) {
    this.options = options;
  }
  destroy(): void {}
}

/** A request as node:http's ClientRequest: writable, then `response`, `timeout`, `error`, `close`. */
class ClientRequest extends Writable {
  readonly #environment: ExecutionEnvironment;
  readonly #url: URL;
  readonly #method: string;
  readonly #headers: Record<string, string>;
  readonly #chunks: Buffer[] = [];
  #giveUp: () => void = () => {};
  #idle: LoopTimer | undefined;
  #idleMs = 0;

  constructor(environment: ExecutionEnvironment, url: URL, options: RequestOptions) {
    // A finished request waits for its answer; a stream that destroys itself when it is finished would give it up.
    super({ autoDestroy: false });
    this.#environment = environment;
    this.#url = url;
    this.#method = (options.method ?? 'GET').toUpperCase();
    this.#headers = lowerCased(options.headers ?? {});
    this.#headers.host ??= url.host;
    if (options.timeout !== undefined) this.setTimeout(options.timeout);
    this.#follow(options.signal);
  }

  get method(): string {
    return this.#method;
  }

  get path(): string {
    return `${this.#url.pathname}${this.#url.search}`;
  }

  setHeader(name: string, value: unknown): this {
    this.#headers[name.toLowerCase()] = String(value);
    return this;
  }

  getHeader(name: string): string | undefined {
    return this.#headers[name.toLowerCase()];
  }

  /** `timeout` is emitted after so many milliseconds without an answer; ending the request is the listener's business. */
  setTimeout(timeoutMs: number, listener?: () => void): this {
    if (listener !== undefined) this.once('timeout', listener);
    this.#idleMs = timeoutMs;
    this.#idle?.cancel();
    if (timeoutMs > 0) this.#idle = this.#environment.loop.after(timeoutMs, () => void this.emit('timeout'));
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setSocketKeepAlive(): this {
    return this;
  }

  flushHeaders(): void {}

  abort(): void {
    this.destroy();
  }

  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
    done();
  }

  override _final(done: () => void): void {
    const { loop, internet, caller } = this.#environment;
    if (!this.destroyed) {
      loop.submit(() => {
        if (this.destroyed) return;
        const body = Buffer.concat(this.#chunks).toString('utf8');
        const request = {
          from: loop.name,
          fromRegion: caller.region,
          method: this.#method,
          url: this.#url.href,
          headers: this.#headers,
          ...(body === '' ? {} : { body }),
        };
        this.#giveUp = internet.request(request, (result) => loop.deliver(() => this.#answered(result)));
      });
    }
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#idle?.cancel();
    this.#giveUp();
    // Thrown by the stream itself it would be an uncaught exception of the rehearsal, not of the function.
    if (error !== null && this.listenerCount('error') === 0) {
      this.#environment.loop.crash(error);
      done();
      return;
    }
    done(error);
  }

  #answered(result: HttpResult): void {
    if (this.destroyed) return;
    this.#idle?.cancel();
    if ('code' in result) {
      this.destroy(connectionError(this.#environment, result.code, this.#url));
      return;
    }
    const message = new IncomingMessage(result.response);
    message.once('close', () => this.destroy());
    if (!this.emit('response', message)) message.resume();
  }

  get timeout(): number {
    return this.#idleMs;
  }

  #follow(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const abort = (): void => {
      const members = { name: 'AbortError', code: 'ABORT_ERR', cause: signal.reason };
      this.destroy(realmError(this.#environment.realm, 'The operation was aborted', members));
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  }
}

/** The error of a connection that could not be made or broke, as Node words it. */
export function connectionError({ realm }: ExecutionEnvironment, code: string, url: URL): Error {
  if (code === 'ENOTFOUND') {
    const members = { code, errno: -3008, syscall: 'getaddrinfo', hostname: url.hostname };
    return realmError(realm, `getaddrinfo ENOTFOUND ${url.hostname}`, members);
  }
  const message = code === 'ECONNRESET' ? 'socket hang up' : `connect ${code} ${url.host}`;
  return realmError(realm, message, { code, syscall: 'connect' });
}

/**
 * AWS's own endpoints answer SDK clients through their middleware; a client that was not published on the diagnostics
 * channel `lifeboat:aws-client` would reach for them here.
 */
export function refuseAwsEndpoint({ loop }: ExecutionEnvironment, url: URL): void {
  if (!/^[a-z0-9-]+\.([a-z]{2}-[a-z-]+-\d\.)?amazonaws\.com$/.test(url.hostname)) return;
  loop.fail(
    new InputError(
      `${loop.name} sends ${url.hostname} a request of its own; make the AWS client with lambdas/shared/aws-client.ts, which publishes it on the diagnostics channel lifeboat:aws-client`,
    ),
  );
}

/** node:http and node:https. */
export function httpModules(environment: ExecutionEnvironment): {
  readonly http: Record<string, unknown>;
  readonly https: Record<string, unknown>;
} {
  const requestOf =
    (protocol: string) =>
    (...args: unknown[]): ClientRequest => {
      const onResponse = typeof args.at(-1) === 'function' ? (args.pop() as (message: unknown) => void) : undefined;
      const given = typeof args[0] === 'string' || args[0] instanceof URL ? String(args.shift()) : undefined;
      const options = (args[0] ?? {}) as RequestOptions;
      const url = urlOf(protocol, given, options);
      refuseAwsEndpoint(environment, url);
      const request = new ClientRequest(environment, url, options);
      if (onResponse !== undefined) request.once('response', onResponse);
      return request;
    };
  const moduleOf = (name: string, real: object): Record<string, unknown> => {
    const request = requestOf(`${name}:`);
    const get = (...args: unknown[]): ClientRequest => request(...args).end();
    const provided = { request, get, Agent, ClientRequest, IncomingMessage, globalAgent: new Agent() };
    return completed(name, real as Record<string, unknown>, provided);
  };
  const constants = { METHODS: nodeHttp.METHODS, STATUS_CODES: nodeHttp.STATUS_CODES };
  return { http: { ...moduleOf('http', nodeHttp), ...constants }, https: moduleOf('https', nodeHttps) };
}

function urlOf(protocol: string, given: string | undefined, options: RequestOptions): URL {
  const url = new URL(given ?? `${options.protocol ?? protocol}//${options.hostname ?? options.host ?? 'localhost'}`);
  if (options.port) url.port = String(options.port);
  if (options.path !== undefined) {
    const [pathname = '/', search = ''] = options.path.split(/(?=\?)/, 2);
    url.pathname = pathname;
    url.search = search;
  }
  return url;
}

function lowerCased(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) out[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return out;
}
