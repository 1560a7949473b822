import { z } from 'zod';
import type { AwsServiceError, ServiceResult } from '../../service.ts';
import type { ExecutionEnvironment } from './execution-environment.ts';
import type { LoopTimer } from './process-loop.ts';
import { intoRealm, outOfRealm, realmError } from './realm.ts';

/**
 * Linux gives a connection up after six unanswered retransmissions of the SYN, about 127 s (tcp(7), tcp_syn_retries).
 */
const systemConnectTimeoutMs = 127_000;
/** Without traffic a connection is closed by DynamoDB and most endpoints within a minute; then a new one is needed. */
const keepAliveMs = 60_000;

type Handle = (request: object, options?: HandlerOptions) => Promise<unknown>;
type Next = (args: MiddlewareArguments) => Promise<unknown>;

interface HandlerOptions {
  readonly abortSignal?: AbortSignal;
  readonly requestTimeout?: number;
}

interface MiddlewareArguments {
  readonly input: unknown;
  readonly request: object;
}

interface MiddlewareContext {
  readonly commandName?: string;
}

interface TimeOuts {
  readonly connectionTimeout?: number | undefined;
  readonly requestTimeout?: number | undefined;
  readonly socketTimeout?: number | undefined;
  readonly throwOnRequestTimeout?: boolean | undefined;
}

const timeOuts = z.object({
  connectionTimeout: z.number().optional(),
  requestTimeout: z.number().optional(),
  socketTimeout: z.number().optional(),
  throwOnRequestTimeout: z.boolean().optional(),
});

interface RequestSigner {
  sign(request: object): Promise<object>;
}

/**
 * Leaves requests as they are: the world knows who calls by the environment that the call comes from and reads no
 * signature, which costs several digests a call. The SDK has found the credentials by then.
 */
const noSigner: RequestSigner = { sign: (request) => Promise.resolve(request) };

/**
 * Middleware that only writes HTTP headers, which end before the world: about 3 % of a rehearsal's time by its profile,
 * by itself and because every call copies and sorts the list of all middleware.
 */
const headerMiddleware = [
  'getUserAgentMiddleware',
  'hostHeaderMiddleware',
  'recursionDetectionMiddleware',
  'contentLengthMiddleware',
];

/** The part of an AWS SDK client that the world needs. */
interface SdkClient {
  readonly config: {
    readonly serviceId: string;
    region(): Promise<string>;
    signer?: () => Promise<RequestSigner>;
    readonly requestHandler: { handle: Handle; readonly configProvider?: Promise<unknown> };
    readonly protocol: {
      deserializeResponse(schema: unknown, context: unknown, response: object): Promise<unknown>;
      readonly compositeErrorRegistry?: { readonly exceptions?: ReadonlyMap<unknown, unknown> };
    };
  };
  readonly middlewareStack: {
    add(middleware: (next: Next, context: MiddlewareContext) => Next, options: object): void;
    remove(middlewareName: string): boolean;
  };
}

/** One attempt of one command, on its way through the request handler. */
interface Exchange {
  readonly service: string;
  readonly region: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** The world's answer on its way from the request handler to where the deserialiser, which knows only bytes, stood. */
class Answered {
  readonly result: ServiceResult;
  constructor(result: ServiceResult) {
    this.result = result;
  }
}

/** Services whose endpoint is one for all regions; they live in us-east-1. */
const globalServices = new Set(['route-53', 'iam']);

/**
 * Lets the world answer an AWS SDK client of an execution environment. Serialisation, credentials and retries are the
 * SDK's own: a middleware around the `deserialize` step notes what is asked, the request handler (who alone knows abort
 * signal and time-outs) carries it to the world instead of the network.
 */
export function attachWorld(client: unknown, environment: ExecutionEnvironment): void {
  if (!isSdkClient(client)) throw realmError(environment.realm, 'lifeboat:aws-client was given no AWS SDK client');
  const { config, middlewareStack } = client;
  const exchanges = new WeakMap<object, Exchange>();
  config.signer = () => Promise.resolve(noSigner);
  for (const name of headerMiddleware) middlewareStack.remove(name);
  const service = config.serviceId.toLowerCase().replaceAll(' ', '-');
  const connection = new Connection(client, environment);
  const original = config.requestHandler.handle.bind(config.requestHandler);
  config.requestHandler.handle = (request, options) => {
    const exchange = exchanges.get(request);
    if (exchange === undefined) return original(request, options);
    return connection.exchange(exchange, options ?? {}).catch((thrown: unknown) => {
      if (!(thrown instanceof Answered)) throw thrown;
      return { response: { statusCode: 200, headers: {}, answered: thrown } };
    });
  };
  // In the deserialiser's place, so that what stands around it (the document client's unmarshalling) sees the answer.
  const { protocol } = config;
  const deserialize = protocol.deserializeResponse.bind(protocol);
  let requests = 0;
  protocol.deserializeResponse = async (schema, context, response) => {
    const answered = 'answered' in response ? response.answered : undefined;
    if (!(answered instanceof Answered)) return deserialize(schema, context, response);
    const requestId = `${environment.loop.name}/${service}/${requests++}`;
    return settle(answered.result, client, environment, requestId);
  };
  middlewareStack.add(
    (next, context) => async (args) => {
      const region = globalServices.has(service) ? 'us-east-1' : await config.region();
      const operation = (context.commandName ?? '').replace(/Command$/, '');
      const input = outOfRealm(args.input) as Record<string, unknown>;
      exchanges.set(args.request, { service, region, operation, input });
      return next(args);
    },
    { step: 'deserialize', priority: 'high', name: 'rehearsal', override: true },
  );
}

function settle(
  result: ServiceResult,
  client: SdkClient,
  environment: ExecutionEnvironment,
  requestId: string,
): unknown {
  if ('error' in result) throw sdkError(result.error, client, environment, requestId);
  const $metadata = { httpStatusCode: 200, requestId, attempts: 1, totalRetryDelay: 0 };
  return intoRealm(environment.realm, { ...result.output, $metadata });
}

/** The error that the SDK's deserialiser would have made: the modelled class where the client has it. */
function sdkError(
  error: AwsServiceError,
  client: SdkClient,
  environment: ExecutionEnvironment,
  requestId: string,
): Error {
  const { realm } = environment;
  const $fault = error.statusCode >= 500 ? 'server' : 'client';
  const $metadata = intoRealm(realm, { httpStatusCode: error.statusCode, requestId });
  const members = intoRealm(realm, error.members) as object;
  const modelled = modelledError(error.name, client);
  const made: unknown =
    modelled === undefined
      ? new realm.Error(error.message)
      : Reflect.construct(modelled, [{ message: error.message, $metadata }]);
  return Object.assign(made as Error, { name: error.name, message: error.message, $fault, $metadata }, members);
}

/** Error classes hang on their schema, a list whose third member is the name (@smithy/core, TypeRegistry). */
function modelledError(name: string, client: SdkClient): (new () => unknown) | undefined {
  for (const [schema, type] of client.config.protocol?.compositeErrorRegistry?.exceptions ?? []) {
    if (Array.isArray(schema) && schema[2] === name && typeof type === 'function') return type as new () => unknown;
  }
  return undefined;
}

/** The way from a client to its endpoint, with the time-outs of the SDK's request handler. */
class Connection {
  readonly #client: SdkClient;
  readonly #environment: ExecutionEnvironment;
  #limits: TimeOuts | undefined;
  #openUntilMs = Number.NEGATIVE_INFINITY;

  constructor(client: SdkClient, environment: ExecutionEnvironment) {
    this.#client = client;
    this.#environment = environment;
  }

  /** Always rejects: with Answered, or with what @smithy/node-http-handler rejects with. */
  async exchange(exchange: Exchange, options: HandlerOptions): Promise<never> {
    this.#limits ??= timeOuts.catch({}).parse(await this.#client.config.requestHandler.configProvider);
    const limits = { ...this.#limits, ...(options.requestTimeout ? { requestTimeout: options.requestTimeout } : {}) };
    const { loop, bus, caller, realm } = this.#environment;
    return new realm.Promise<never>((_resolve, reject) => {
      const signal = options.abortSignal;
      const abort = (): void => finish(abortError(this.#environment, signal));
      let timer: LoopTimer | undefined;
      let done = false;
      const finish = (outcome: unknown): void => {
        if (done) return;
        done = true;
        timer?.cancel();
        signal?.removeEventListener('abort', abort);
        reject(outcome);
      };
      if (signal?.aborted) {
        abort();
        return;
      }
      signal?.addEventListener('abort', abort, { once: true });
      const limit = this.#limit(limits);
      timer = loop.after(limit.afterMs, () => {
        this.#openUntilMs = Number.NEGATIVE_INFINITY;
        finish(limit.error());
      });
      loop.submit(() => {
        const { service, region, operation, input } = exchange;
        bus.call(service, { caller, region, operation, input }, (result) =>
          loop.deliver(() => {
            this.#openUntilMs = loop.kernel.nowMs + keepAliveMs;
            finish(new Answered(result));
          }),
        );
      });
    });
  }

  /**
   * Which time-out ends an attempt that gets no answer: over an open connection the one for the answer, otherwise the
   * one for connecting. `requestTimeout` only warns unless `throwOnRequestTimeout` is set (node-http-handler).
   */
  #limit(limits: TimeOuts): { readonly afterMs: number; readonly error: () => Error } {
    const { loop, realm } = this.#environment;
    const answerMs = (limits.throwOnRequestTimeout ? limits.requestTimeout : undefined) || limits.socketTimeout;
    const isOpen = loop.kernel.nowMs < this.#openUntilMs;
    const timeoutError = (message: string): Error =>
      realmError(realm, `@smithy/node-http-handler - ${message}`, { name: 'TimeoutError', code: 'ETIMEDOUT' });
    if (!isOpen && limits.connectionTimeout) {
      const afterMs = limits.connectionTimeout;
      const message = `the request socket did not establish a connection with the server within the configured timeout of ${afterMs} ms.`;
      return { afterMs, error: () => timeoutError(message) };
    }
    if (answerMs) {
      const message = `[ERROR] a request has exceeded the configured ${answerMs} ms requestTimeout.`;
      return { afterMs: answerMs, error: () => timeoutError(message) };
    }
    return {
      afterMs: systemConnectTimeoutMs,
      error: () => realmError(realm, 'connect ETIMEDOUT', { name: 'TimeoutError', code: 'ETIMEDOUT' }),
    };
  }
}

function abortError({ realm }: ExecutionEnvironment, signal: AbortSignal | undefined): Error {
  return realmError(realm, 'Request aborted', { name: 'AbortError', cause: signal?.reason });
}

function isSdkClient(value: unknown): value is SdkClient {
  return typeof value === 'object' && value !== null && 'config' in value && 'middlewareStack' in value;
}
