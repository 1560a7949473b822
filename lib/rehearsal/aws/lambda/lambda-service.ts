import { z } from 'zod';
import type { Kernel } from '../../kernel/kernel.ts';
import type { HttpHost, HttpRequest, HttpResponse, Internet } from '../../network/internet.ts';
import type { RegionWeather } from '../../world/weather.ts';
import type { MetricSink } from '../cloudwatch/metric-sink.ts';
import type { StreamDirectory } from '../dynamodb/stream-directory.ts';
import type { Iam } from '../iam/iam.ts';
import { parseInput, unknownOperation } from '../operation-input.ts';
import {
  type AwsService,
  AwsServiceError,
  type IamDemand,
  PendingAnswer,
  type ResourceProvider,
  type ServiceBus,
  type ServiceCall,
} from '../service.ts';
import type { Sessions } from '../sts/sessions.ts';
import { AsyncQueue } from './async-queue.ts';
import type { FunctionRun } from './execution-instance.ts';
import type { AsyncConfiguration, FunctionConfiguration } from './function-configuration.ts';
import { FunctionPool } from './function-pool.ts';
import { message, speaksTls, urlEvent, urlResponse } from './function-url.ts';
import { forbidden, type UrlAuthType, urlCaller, urlDemands } from './function-url-access.ts';
import { errorPayload, type InvocationResult, throttled } from './invocation.ts';
import { lambdaProviders } from './lambda-resources.ts';
import { Bundles } from './runtime/bundle.ts';
import type { FunctionError } from './runtime/lambda-context.ts';
import type { StreamMappingConfiguration, StreamMappingParts } from './stream-batch.ts';
import { StreamMapping } from './stream-mapping.ts';
import { streamMappingProvider } from './stream-mapping-resource.ts';

export interface LogLine {
  readonly atMs: number;
  readonly region: string;
  /** The function's instance, as the trace names it as a caller. */
  readonly process: string;
  readonly text: string;
}

export interface LambdaOptions {
  readonly kernel: Kernel;
  readonly bus: ServiceBus;
  readonly weather: RegionWeather;
  readonly iam: Iam;
  readonly sessions: Sessions;
  readonly internet: Internet;
  /** Called with every line that a function writes. */
  readonly onLog?: (line: LogLine) => void;
  /** Called when a process starts to handle an event. */
  readonly onRun?: (run: FunctionRun) => void;
  /** Called when a run of a function ends with an error. */
  readonly onFailedRun?: (run: {
    functionName: string;
    region: string;
    errorType: string;
    errorMessage: string;
  }) => void;
  /** What keeps the compiled code of functions; without it nothing outlives the service. */
  readonly bundles?: Bundles;
  /** What event source mappings can read. */
  readonly streams: StreamDirectory;
  /** Gets `AWS/Lambda` Invocations, Errors, Throttles and Duration of each function. */
  readonly metrics: MetricSink;
}

/** Concurrent executions of an account and region (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
const accountConcurrency = 1000;
/** Payloads: 6 MB both ways when synchronous, 1 MB asynchronous (same page). */
const largestSyncPayloadBytes = 6 * 2 ** 20;
const largestAsyncPayloadBytes = 2 ** 20;

const invokeInput = z.strictObject({
  FunctionName: z.string(),
  InvocationType: z.enum(['RequestResponse', 'Event', 'DryRun']).default('RequestResponse'),
  Payload: z.union([z.string(), z.instanceof(Uint8Array)]).optional(),
  Qualifier: z.literal('$LATEST').optional(),
  LogType: z.literal('None').optional(),
});

interface DeployedFunction {
  readonly pool: FunctionPool;
  readonly queue: AsyncQueue;
  readonly mappings: StreamMapping[];
}

/** Lambda of all regions: the templates' functions, run from their assets on the virtual clock. */
export class LambdaService implements AwsService {
  readonly name = 'lambda';
  readonly resources: readonly ResourceProvider[];
  readonly #options: LambdaOptions;
  readonly #functions = new Map<string, DeployedFunction>();

  constructor(options: LambdaOptions) {
    this.#options = options;
    this.resources = [
      ...lambdaProviders(this, options.iam, options.bundles ?? new Bundles()),
      streamMappingProvider(this, options.iam, options.streams),
    ];
    options.weather.onRegionDown((region) => {
      for (const { pool } of this.#inRegion(region)) pool.destroyAll();
    });
    options.weather.onRegionUp((region) => {
      for (const { queue, mappings } of this.#inRegion(region)) {
        queue.regionIsBack();
        for (const mapping of mappings) mapping.regionIsBack();
      }
    });
  }

  get kernel(): Kernel {
    return this.#options.kernel;
  }

  addFunction(configuration: FunctionConfiguration): void {
    const { kernel, bus, internet, sessions, weather, onLog, onRun } = this.#options;
    const { region } = configuration;
    const log = (process: string, text: string): void => onLog?.({ atMs: kernel.nowMs, region, process, text });
    const pool = new FunctionPool(configuration, { kernel, bus, internet, sessions, log, onRun });
    const queue = new AsyncQueue({ kernel, bus, weather }, configuration, (requestId, eventJson, ended) =>
      this.#run(pool, requestId, eventJson, ended),
    );
    this.#functions.set(configuration.arn, { pool, queue, mappings: [] });
  }

  /** By ARN; undefined if there is none. */
  configuration(arn: string): FunctionConfiguration | undefined {
    return this.#functions.get(arn)?.pool.configuration;
  }

  configureAsync(functionArn: string, configuration: AsyncConfiguration): void {
    const found = this.#functions.get(functionArn);
    if (found !== undefined) found.queue.configuration = configuration;
  }

  /** Lets Lambda read a stream for a function. */
  mapStream(functionArn: string, mapping: StreamMappingConfiguration): void {
    const { kernel, bus, weather, metrics } = this.#options;
    const found = this.#functions.get(functionArn);
    if (found === undefined) throw new Error(`function ${functionArn} does not exist`);
    const { pool } = found;
    const { configuration } = pool;
    const run: StreamMappingParts['run'] = (eventJson, ended) => this.#run(pool, pool.newRequestId(), eventJson, ended);
    found.mappings.push(new StreamMapping({ kernel, bus, weather, metrics, configuration, run }, mapping));
  }

  /** From now on every batch of a stream is delivered twice. */
  setDuplicateEverything(duplicate: boolean): void {
    for (const { mappings } of this.#functions.values()) {
      for (const mapping of mappings) mapping.setDuplicateEverything(duplicate);
    }
  }

  /** Serves a function under a URL. */
  serveUrl(hostName: string, functionArn: string, authType: UrlAuthType): void {
    const found = this.#functions.get(functionArn);
    if (found === undefined) throw new Error(`function ${functionArn} does not exist`);
    const { region } = found.pool.configuration;
    const host: HttpHost = {
      region,
      handle: (request, respond) => {
        if (speaksTls(request.url)) this.#serve(found.pool, authType, request, respond);
      },
    };
    this.#options.internet.registerHost(hostName, host);
  }

  demands(call: ServiceCall): readonly IamDemand[] {
    if (call.operation !== 'Invoke') throw unknownOperation(this.name, call.operation);
    const { FunctionName } = parseInput(this.name, call, invokeInput);
    return [{ action: 'lambda:InvokeFunction', resource: functionArn(FunctionName, call) }];
  }

  invoke(call: ServiceCall): Record<string, unknown> | PendingAnswer {
    const input = parseInput(this.name, call, invokeInput);
    const arn = functionArn(input.FunctionName, call);
    const found = this.#functions.get(arn);
    if (found === undefined) {
      throw new AwsServiceError('ResourceNotFoundException', `Function not found: ${arn}`, 404, { Type: 'User' });
    }
    if (input.InvocationType === 'DryRun') return { StatusCode: 204 };
    const eventJson = eventText(input.Payload, input.InvocationType);
    const requestId = found.pool.newRequestId();
    if (input.InvocationType === 'Event') {
      found.queue.accept(requestId, eventJson);
      return { StatusCode: 202 };
    }
    return new PendingAnswer((respond) => {
      const refused = this.#run(found.pool, requestId, eventJson, (result) => respond({ output: answer(result) }));
      if (refused === throttled) respond({ error: tooManyRequests(found.pool.configuration) });
    });
  }

  #run(
    pool: FunctionPool,
    requestId: string,
    eventJson: string,
    ended: (result: InvocationResult) => void,
  ): typeof throttled | undefined {
    const { kernel } = this.#options;
    const startMs = kernel.nowMs;
    const refused = pool.run(requestId, eventJson, this.#hasRoom(pool.configuration.region), (result) => {
      this.#record(pool, 'Invocations', 1);
      this.#record(pool, 'Errors', 'error' in result ? 1 : 0);
      this.#record(pool, 'Duration', kernel.nowMs - startMs);
      if ('error' in result) this.#tellFailure(pool.configuration, result.error);
      ended(result);
    });
    if (refused === throttled) this.#record(pool, 'Throttles', 1);
    return refused;
  }

  #tellFailure({ name, region }: FunctionConfiguration, { errorType, errorMessage }: FunctionError): void {
    this.#options.onFailedRun?.({ functionName: name, region, errorType, errorMessage });
  }

  #record({ configuration: { region, name } }: FunctionPool, metric: string, value: number): void {
    this.#options.metrics.record(region, 'AWS/Lambda', metric, { FunctionName: name }, value);
  }

  /** What is reserved for some functions is not there for the others. */
  #hasRoom(region: string): boolean {
    let taken = 0;
    for (const { pool } of this.#inRegion(region)) taken += pool.configuration.reservedConcurrency ?? pool.running;
    return taken < accountConcurrency;
  }

  #serve(
    pool: FunctionPool,
    authType: UrlAuthType,
    request: HttpRequest,
    respond: (response: HttpResponse) => void,
  ): void {
    const { kernel, iam, sessions } = this.#options;
    const { configuration } = pool;
    const caller = urlCaller(request, authType, configuration, { sessions, nowMs: kernel.nowMs });
    if ('refused' in caller) {
      respond(message(403, caller.refused));
      return;
    }
    if (urlDemands(authType, configuration).some((demand) => iam.denial(caller, demand, configuration.region))) {
      respond(message(403, forbidden));
      return;
    }
    const requestId = pool.newRequestId();
    const eventJson = urlEvent(request, requestId, kernel.nowMs, caller);
    const refused = this.#run(pool, requestId, eventJson, (result) => respond(urlResponse(result)));
    if (refused === throttled) respond(message(429, 'Rate Exceeded.'));
  }

  *#inRegion(region: string): Iterable<DeployedFunction> {
    for (const deployed of this.#functions.values()) {
      if (deployed.pool.configuration.region === region) yield deployed;
    }
  }
}

function answer(result: InvocationResult): Record<string, unknown> {
  const base = { StatusCode: 200, ExecutedVersion: '$LATEST' };
  if ('error' in result) {
    return { ...base, FunctionError: 'Unhandled', Payload: Buffer.from(errorPayload(result.error)) };
  }
  const payload = Buffer.from(result.payload);
  if (payload.length <= largestSyncPayloadBytes) return { ...base, Payload: payload };
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${largestSyncPayloadBytes} bytes).`;
  const error = { errorType: 'Function.ResponseSizeTooLarge', errorMessage, trace: [] };
  return { ...base, FunctionError: 'Unhandled', Payload: Buffer.from(errorPayload(error)) };
}

function tooManyRequests({ reservedConcurrency }: FunctionConfiguration): AwsServiceError {
  const Reason =
    reservedConcurrency === undefined
      ? 'ConcurrentInvocationLimitExceeded'
      : 'ReservedFunctionConcurrentInvocationLimitExceeded';
  return new AwsServiceError('TooManyRequestsException', 'Rate Exceeded.', 429, { Type: 'User', Reason });
}

function eventText(payload: string | Uint8Array | undefined, invocationType: string): string {
  const text = payload === undefined ? '{}' : Buffer.from(payload).toString('utf8');
  const largest = invocationType === 'Event' ? largestAsyncPayloadBytes : largestSyncPayloadBytes;
  if (Buffer.byteLength(text) > largest) {
    const words = `${Buffer.byteLength(text)} byte payload is too large for the ${invocationType} invocation type (limit ${largest} bytes)`;
    throw new AwsServiceError('RequestTooLargeException', words, 413, { Type: 'User' });
  }
  if (text === '') return '{}';
  try {
    JSON.parse(text);
  } catch {
    const words = 'Could not parse request body into json';
    throw new AwsServiceError('InvalidRequestContentException', words, 400, { Type: 'User' });
  }
  return text;
}

/** A function is named by its name, its ARN or `account:function:name`; a qualifier can only be $LATEST. */
function functionArn(name: string, { region, caller }: ServiceCall): string {
  const parts = name.replace(/:\$LATEST$/, '').split(':');
  const ownName = parts.at(-1) ?? '';
  return parts[0] === 'arn' ? parts.join(':') : `arn:aws:lambda:${region}:${caller.accountId}:function:${ownName}`;
}
