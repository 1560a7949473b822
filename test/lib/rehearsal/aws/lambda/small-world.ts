import type { StreamInRegion } from '../../../../../lib/rehearsal/aws/dynamodb/stream-directory.ts';
import { DynamoDbStreamsService } from '../../../../../lib/rehearsal/aws/dynamodb/streams-service.ts';
import { Iam } from '../../../../../lib/rehearsal/aws/iam/iam.ts';
import { LambdaService } from '../../../../../lib/rehearsal/aws/lambda/lambda-service.ts';
import {
  type AwsService,
  AwsServiceError,
  type Caller,
  type ServiceCall,
  type ServiceResult,
} from '../../../../../lib/rehearsal/aws/service.ts';
import { Sessions } from '../../../../../lib/rehearsal/aws/sts/sessions.ts';
import { Kernel } from '../../../../../lib/rehearsal/kernel/kernel.ts';
import { quiesce } from '../../../../../lib/rehearsal/kernel/quiesce.ts';
import type {
  DnsQuery,
  DnsResult,
  HttpHost,
  HttpRequest,
  HttpResult,
  Internet,
} from '../../../../../lib/rehearsal/network/internet.ts';
import { type TraceEntry, TraceWriter } from '../../../../../lib/rehearsal/world/trace.ts';
import { World } from '../../../../../lib/rehearsal/world/world.ts';

export const accountId = '111122223333';
export const region = 'eu-west-1';
export const startMs = Date.UTC(2026, 0, 5, 9);
export const operator: Caller = { principal: 'human:operator', name: 'operator', accountId, region };

/** An Internet with hosts by name, names by record, and silence for what is told to be silent. */
export class FakeInternet implements Internet {
  readonly hosts = new Map<string, HttpHost>();
  readonly records = new Map<string, DnsResult>();
  readonly requests: HttpRequest[] = [];
  readonly queries: DnsQuery[] = [];
  readonly silent = new Set<string>();
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  request(request: HttpRequest, respond: (result: HttpResult) => void): () => void {
    this.requests.push(request);
    const { hostname } = new URL(request.url);
    if (this.silent.has(hostname)) return () => {};
    const timer = this.#kernel.after(20, 'http', () => {
      const host = this.hosts.get(hostname);
      if (host === undefined) respond({ code: 'ENOTFOUND' });
      else host.handle(request, (response) => respond({ response }));
    });
    return () => timer.cancel();
  }

  resolve(query: DnsQuery, respond: (result: DnsResult) => void): () => void {
    this.queries.push(query);
    if (this.silent.has(query.name)) return () => {};
    const timer = this.#kernel.after(5, 'dns', () => {
      respond(this.records.get(`${query.type} ${query.name}`) ?? { code: 'ENOTFOUND' });
    });
    return () => timer.cancel();
  }

  registerHost(hostName: string, host: HttpHost): void {
    this.hosts.set(hostName, host);
  }
}

/** A service that answers from a list, the last answer repeats. */
export class ScriptedService implements AwsService {
  readonly name: string;
  readonly resources = [];
  readonly calls: ServiceCall[] = [];
  answers: (Record<string, unknown> | AwsServiceError)[] = [{}];
  constructor(name: string) {
    this.name = name;
  }
  demands({ operation }: ServiceCall) {
    return [{ action: `${this.name}:${operation}`, resource: '*' }];
  }
  invoke(call: ServiceCall): Record<string, unknown> {
    this.calls.push(call);
    const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    if (answer instanceof AwsServiceError) throw answer;
    return answer ?? {};
  }
}

export interface FunctionProperties {
  readonly folder: string;
  readonly name?: string;
  readonly region?: string;
  readonly [property: string]: unknown;
}

/** The least world that a function runs in: clock, router, IAM, Lambda, a fake Internet and scripted services. */
export function smallWorld(seed = 1) {
  const kernel = new Kernel({ seed, startMs, quiesce });
  const iam = new Iam({ kernel, accountId });
  const world = new World({ kernel, iam });
  const internet = new FakeInternet(kernel);
  const logs: { process: string; text: string }[] = [];
  const metrics: string[] = [];
  const sessions = new Sessions(kernel.random('sts'));
  const streams = new Map<string, StreamInRegion>();
  const directory = { streamOf: (arn: string) => streams.get(arn) };
  const lambda = new LambdaService({
    streams: directory,
    ...{ kernel, bus: world, weather: world.weather, iam, internet },
    sessions,
    onLog: ({ process, text }) => logs.push({ process, text }),
    metrics: { record: (_region, _namespace, name, _dimensions, value) => metrics.push(`${name} ${value}`) },
  });
  const dynamodb = new ScriptedService('dynamodb');
  const sqs = new ScriptedService('sqs');
  const sns = new ScriptedService('sns');
  const streamReading = new DynamoDbStreamsService(directory);
  for (const service of [lambda, dynamodb, streamReading, sqs, sns]) world.register(service);
  const trace: TraceEntry[] = [];
  const lines: string[] = [];
  const writer = new TraceWriter(seed);
  world.onCall((entry) => {
    trace.push(entry);
    lines.push(writer.line(entry));
  });

  const create = (type: string, properties: object, folder = '', inRegion = region) => {
    const provider = [...lambda.resources, ...iam.resources].find((one) => one.type === type);
    if (provider === undefined) throw new Error(`no provider of ${type}`);
    return provider.create(provider.schema.parse(properties) as never, {
      ...{ region: inRegion, accountId, stackName: 'stack', logicalId: 'Logical', generatedName: 'stack-Logical-1' },
      assetPath: (key) => (key === 'missing.zip' ? undefined : folder),
    });
  };
  const { Arn: roleArn } = create('AWS::IAM::Role', {
    RoleName: 'app',
    AssumeRolePolicyDocument: {
      Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    },
    Policies: [
      {
        PolicyName: 'p',
        PolicyDocument: { Statement: { Effect: 'Allow', Action: ['dynamodb:*', 'sqs:*', 'sns:*'], Resource: '*' } },
      },
    ],
  }).attributes;

  const addFunction = ({
    folder,
    name = 'app',
    region: inRegion = region,
    ...properties
  }: FunctionProperties): string => {
    const Code = { S3Bucket: 'b', S3Key: 'k.zip' };
    const all = {
      Code,
      FunctionName: name,
      Handler: 'index.handler',
      Role: roleArn,
      Runtime: 'nodejs24.x',
      ...properties,
    };
    return String(create('AWS::Lambda::Function', all, folder, inRegion).attributes.Arn);
  };

  /** Calls Invoke; the answers come into the list, payloads parsed. */
  const answers: { atMs: number; error?: AwsServiceError; output?: Record<string, unknown>; payload?: unknown }[] = [];
  const invoke = (FunctionName: string, event: object, more: object = {}, caller: Caller = operator): void => {
    const input = { FunctionName, Payload: JSON.stringify(event), ...more };
    const target = FunctionName.split(':')[3] ?? region;
    world.call('lambda', { caller, region: target, operation: 'Invoke', input }, (result: ServiceResult) => {
      const atMs = kernel.nowMs - startMs;
      if ('error' in result) answers.push({ atMs, error: result.error });
      else {
        const { Payload } = result.output;
        const payload: unknown =
          Payload instanceof Uint8Array ? JSON.parse(Buffer.from(Payload).toString()) : undefined;
        answers.push({ atMs, output: result.output, payload });
      }
    });
  };
  /** Invokes, runs the world for five virtual minutes at most, and gives the payload. */
  const run = async (arn: string, event: object): Promise<unknown> => {
    invoke(arn, event);
    const count = answers.length;
    for (let minute = 0; minute < 5 && answers.length === count; minute++) await kernel.run(kernel.nowMs + 60_000);
    return answers.at(-1)?.payload;
  };
  return {
    kernel,
    iam,
    sessions,
    world,
    internet,
    lambda,
    dynamodb,
    sqs,
    sns,
    streams,
    logs,
    metrics,
    trace,
    lines,
    create,
    addFunction,
    invoke,
    answers,
    run,
    roleArn: String(roleArn),
  };
}
