import type { ZodType } from 'zod';
import type { Kernel } from '../kernel/kernel.ts';

/** Who makes a call: an assumed role of a function or state machine, a service on behalf of somebody, or a person. */
export interface Caller {
  /** Role or user that IAM evaluates: a role ARN, `service:events.amazonaws.com`, or `human:operator`. */
  readonly principal: string;
  /** Unique name of the process for ordering and traces: `lambda:bank-probe-region@eu-west-1#3`. */
  readonly name: string;
  readonly accountId: string;
  /** Where the caller runs; reachability and latency are counted from here. */
  readonly region: string;
  /** Resource on whose behalf a service principal calls: condition key `aws:SourceArn` of resource policies. */
  readonly sourceArn?: string;
}

/** One request of the AWS SDK as it reaches a service: input in the SDK's own members. */
export interface ServiceCall {
  readonly caller: Caller;
  /** Region whose endpoint is asked; `aws-global` services (Route 53, IAM) are asked in us-east-1. */
  readonly region: string;
  /** SDK command name without `Command`: `PutItem`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What a policy must allow for a call; every demand must be met. */
export interface IamDemand {
  /** `dynamodb:PutItem` */
  readonly action: string;
  /** Resource ARN, or `*` for actions without resource-level permissions. */
  readonly resource: string;
  /** Condition keys of the request, `dynamodb:LeadingKeys` and the like. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** An error answer of a service as the SDK sees it: `name` is the wire name (`ConditionalCheckFailedException`). */
export class AwsServiceError extends Error {
  override readonly name: string;
  readonly statusCode: number;
  /** Members of the modelled exception beside the message (`Item` of a failed condition). */
  readonly members: Readonly<Record<string, unknown>>;
  constructor(name: string, message: string, statusCode = 400, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = name;
    this.statusCode = statusCode;
    this.members = members;
  }
}

export type ServiceResult = { readonly output: Record<string, unknown> } | { readonly error: AwsServiceError };

/** The answer of an operation that takes virtual time of its own (a synchronous Lambda invocation). */
export class PendingAnswer {
  readonly subscribe: (respond: (result: ServiceResult) => void) => void;
  constructor(subscribe: (respond: (result: ServiceResult) => void) => void) {
    this.subscribe = subscribe;
  }
}

/** A simulated service of all regions. It is asked synchronously; what takes time later it schedules on the kernel. */
export interface AwsService {
  /** Suffix of the SDK package: `dynamodb`, `route-53`, `sfn`, `eks`, `sns`, `eventbridge`, `cloudwatch`. */
  readonly name: string;
  /** What IAM must allow for this call; throws AwsServiceError `UnknownOperationException` for an operation that is not simulated. */
  demands(call: ServiceCall): readonly IamDemand[];
  /** Answers in the SDK's own members, or throws AwsServiceError. */
  invoke(call: ServiceCall): Record<string, unknown> | PendingAnswer;
  /** CloudFormation resource types that this service creates. */
  readonly resources: readonly ResourceProvider[];
}

/** Creates one type of CloudFormation resource in the world. `schema` is strict: a property it doesn't know is refused by name. */
export interface ResourceProvider {
  readonly type: string;
  readonly schema: ZodType;
  /** `properties` is what `schema` gave out. Runs at deployment, in dependency order. */
  create(properties: never, context: ProvisionContext): Provisioned;
}

export interface ProvisionContext {
  readonly region: string;
  readonly accountId: string;
  readonly stackName: string;
  readonly logicalId: string;
  /** The resource's Metadata and DeletionPolicy are not looked at. A generated physical name, stable for a seed: stack-logicalId-suffix. */
  readonly generatedName: string;
  /** Folder or file on disk of an asset, by its S3 key as the template names it; undefined if the assembly has no such asset. */
  assetPath(s3Key: string): string | undefined;
}

export interface Provisioned {
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives, by attribute name (`Arn`, `FunctionUrl`). */
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * How services of the world reach each other: every such call is authorised, traced and subject to region faults
 * like any other. `respond` is called at a later virtual instant.
 */
export interface ServiceBus {
  call(service: string, call: ServiceCall, respond: (result: ServiceResult) => void): void;
}

/** Is a region (or one service of it) working, and does a network path from one to the other exist now? */
export interface Weather {
  regionUp(region: string): boolean;
  serviceUp(region: string, service: string): boolean;
  reachable(fromRegion: string, toRegion: string): boolean;
}

/** What a simulated service is built from. */
export interface WorldParts {
  readonly kernel: Kernel;
  readonly bus: ServiceBus;
  readonly weather: Weather;
  readonly accountId: string;
}
