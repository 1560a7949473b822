import { existsSync, statSync } from 'node:fs';
import { z } from 'zod';
import { InputError } from '../../../plan/input-error.ts';
import { defineResource } from '../define-resource.ts';
import type { Iam } from '../iam/iam.ts';
import type { ProvisionContext, ResourceProvider } from '../service.ts';
import { defaultAsyncConfiguration, type FunctionConfiguration } from './function-configuration.ts';
import type { LambdaService } from './lambda-service.ts';
import type { Bundles } from './runtime/bundle.ts';

const code = z.strictObject({ S3Bucket: z.string(), S3Key: z.string() });
const tags = z.array(z.unknown());

const functionProperties = z.strictObject({
  Architectures: z.tuple([z.enum(['arm64', 'x86_64'])]).default(['x86_64']),
  Code: code,
  DeadLetterConfig: z.strictObject({ TargetArn: z.string().optional() }).optional(),
  Description: z.string().max(256).optional(),
  Environment: z.strictObject({ Variables: z.record(z.string(), z.string()).default({}) }).default({ Variables: {} }),
  FunctionName: z.string().max(64).optional(),
  Handler: z.string().regex(/^[^.]+\.[^.]+$/, 'a handler is named as file.export'),
  Layers: z.array(z.string()).max(5).default([]),
  LoggingConfig: z
    .strictObject({
      LogGroup: z.string().optional(),
      LogFormat: z.enum(['Text', 'JSON']).optional(),
      ApplicationLogLevel: z.string().optional(),
      SystemLogLevel: z.string().optional(),
    })
    .optional(),
  MemorySize: z.coerce.number().int().min(128).max(10_240).default(128),
  PackageType: z.literal('Zip').optional(),
  ReservedConcurrentExecutions: z.coerce.number().int().min(0).optional(),
  Role: z.string(),
  Runtime: z.literal('nodejs24.x', { error: 'only nodejs24.x is simulated' }),
  Tags: tags.optional(),
  Timeout: z.coerce.number().int().min(1).max(900).default(3),
  TracingConfig: z.strictObject({ Mode: z.enum(['Active', 'PassThrough']) }).optional(),
});

const layerProperties = z.strictObject({
  CompatibleArchitectures: z.array(z.string()).optional(),
  CompatibleRuntimes: z.array(z.string()).optional(),
  Content: code,
  Description: z.string().optional(),
  LayerName: z.string().optional(),
  LicenseInfo: z.string().optional(),
});

const urlProperties = z.strictObject({
  AuthType: z.enum(['NONE', 'AWS_IAM']),
  InvokeMode: z.literal('BUFFERED', { error: 'only InvokeMode BUFFERED is simulated' }).optional(),
  TargetFunctionArn: z.string(),
});

const permissionProperties = z.strictObject({
  Action: z.string(),
  FunctionName: z.string(),
  FunctionUrlAuthType: z.enum(['NONE', 'AWS_IAM']).optional(),
  InvokedViaFunctionUrl: z.boolean().optional(),
  Principal: z.string(),
  SourceAccount: z.string().optional(),
  SourceArn: z.string().optional(),
});

export const destination = z.strictObject({
  Destination: z.string().regex(/^arn:aws:(sqs|sns):/, 'only SQS and SNS are simulated'),
});

const asyncProperties = z.strictObject({
  DestinationConfig: z
    .strictObject({ OnFailure: destination.optional(), OnSuccess: destination.optional() })
    .default({}),
  FunctionName: z.string(),
  MaximumEventAgeInSeconds: z.coerce
    .number()
    .int()
    .min(60)
    .max(21_600)
    .default(defaultAsyncConfiguration.maximumEventAgeSeconds),
  MaximumRetryAttempts: z.coerce.number().int().min(0).max(2).default(defaultAsyncConfiguration.maximumRetryAttempts),
  Qualifier: z.literal('$LATEST'),
});

export function lambdaProviders(service: LambdaService, iam: Iam, bundles: Bundles): readonly ResourceProvider[] {
  const layers = new Map<string, string>();
  return [
    defineResource('AWS::Lambda::LayerVersion', layerProperties, (properties, context) => {
      const name = properties.LayerName ?? context.generatedName;
      const arn = `arn:aws:lambda:${context.region}:${context.accountId}:layer:${name}:1`;
      layers.set(arn, assetFolder(properties.Content.S3Key, context));
      return { ref: arn, attributes: { LayerVersionArn: arn } };
    }),
    defineResource('AWS::Lambda::Function', functionProperties, (properties, context) => {
      const configuration = configure(properties, context, bundles, layers);
      if (service.configuration(configuration.arn) !== undefined) {
        throw new InputError(`function ${configuration.name} already exists in ${configuration.region}`);
      }
      if (!iam.canAssume(configuration.roleArn, 'lambda.amazonaws.com')) {
        throw new InputError('The role defined for the function cannot be assumed by Lambda.');
      }
      if (properties.TracingConfig?.Mode === 'Active') assertMay(iam, configuration, 'xray:PutTraceSegments', '*');
      if (configuration.deadLetterArn !== undefined) assertMaySend(iam, configuration, configuration.deadLetterArn);
      service.addFunction(configuration);
      return { ref: configuration.name, attributes: { Arn: configuration.arn } };
    }),
    defineResource('AWS::Lambda::Url', urlProperties, (properties, context) => {
      const arn = existing(service, properties.TargetFunctionArn, context);
      const host = `${urlId(service, arn)}.lambda-url.${context.region}.on.aws`;
      service.serveUrl(host, arn, properties.AuthType);
      return { ref: arn, attributes: { FunctionArn: arn, FunctionUrl: `https://${host}/` } };
    }),
    defineResource('AWS::Lambda::Permission', permissionProperties, (properties, context) => {
      const arn = existing(service, properties.FunctionName, context);
      iam.registerResourcePolicy(arn, permissionDocument(properties, arn));
      return { ref: context.generatedName, attributes: { Id: context.generatedName } };
    }),
    defineResource('AWS::Lambda::EventInvokeConfig', asyncProperties, (properties, context) => {
      const { OnFailure, OnSuccess } = properties.DestinationConfig;
      const arn = existing(service, properties.FunctionName, context);
      const configuration = service.configuration(arn);
      for (const one of [OnFailure, OnSuccess]) {
        if (one !== undefined && configuration !== undefined) assertMaySend(iam, configuration, one.Destination);
      }
      service.configureAsync(arn, {
        maximumRetryAttempts: properties.MaximumRetryAttempts,
        maximumEventAgeSeconds: properties.MaximumEventAgeInSeconds,
        onFailureArn: OnFailure?.Destination,
        onSuccessArn: OnSuccess?.Destination,
      });
      return { ref: context.generatedName, attributes: {} };
    }),
  ];
}

export function assertMaySend(iam: Iam, configuration: FunctionConfiguration, targetArn: string): void {
  assertMay(iam, configuration, targetArn.startsWith('arn:aws:sqs:') ? 'sqs:SendMessage' : 'sns:Publish', targetArn);
}

/**
 * Lambda refuses traces, dead letter queues and destinations that the function's role may not write to.
 * @see https://github.com/serverless/serverless/issues/6931 (traces)
 * @see https://github.com/aws-samples/aws-serverless-ecommerce-platform/issues/41 (dead letter queue)
 * @see https://github.com/aws-amplify/amplify-js/issues/9869 (destination)
 */
function assertMay(iam: Iam, { name, roleArn, accountId, region }: FunctionConfiguration, action: string, on: string) {
  const caller = { principal: roleArn, name: `lambda:${name}`, accountId, region };
  if (iam.allows(caller, { action, resource: on }, region)) return;
  const [service = '', operation] = action.split(':');
  throw new InputError(
    `The provided execution role does not have permissions to call ${operation} on ${service.toUpperCase()} (${roleArn} needs ${action} on ${on})`,
  );
}

function configure(
  properties: z.output<typeof functionProperties>,
  context: ProvisionContext,
  bundles: Bundles,
  layers: ReadonlyMap<string, string>,
): FunctionConfiguration {
  const name = properties.FunctionName ?? context.generatedName;
  const folder = assetFolder(properties.Code.S3Key, context);
  const [module = '', handlerName = ''] = properties.Handler.split('.');
  const layerMounts = properties.Layers.map((arn) => {
    const layer = layers.get(arn);
    if (layer === undefined) throw new InputError(`layer ${arn} does not exist`);
    return { at: '/opt', folder: layer };
  });
  return {
    name,
    arn: `arn:aws:lambda:${context.region}:${context.accountId}:function:${name}`,
    region: context.region,
    accountId: context.accountId,
    roleArn: properties.Role,
    handlerName,
    bundle: bundles.load(folder, module),
    mounts: [{ at: '/var/task', folder }, ...layerMounts],
    environment: properties.Environment.Variables,
    timeoutSeconds: properties.Timeout,
    memoryMiB: properties.MemorySize,
    architecture: properties.Architectures[0] === 'arm64' ? 'arm64' : 'x64',
    reservedConcurrency: properties.ReservedConcurrentExecutions,
    deadLetterArn: properties.DeadLetterConfig?.TargetArn,
  };
}

function assetFolder(s3Key: string, context: ProvisionContext): string {
  const folder = context.assetPath(s3Key);
  if (folder === undefined || !existsSync(folder)) throw new InputError(`asset ${s3Key} is not in the assembly`);
  if (!statSync(folder).isDirectory()) throw new InputError(`asset ${s3Key} is a file; only folders are simulated`);
  return folder;
}

export function existing(service: LambdaService, nameOrArn: string, { region, accountId }: ProvisionContext): string {
  const arn = nameOrArn.startsWith('arn:') ? nameOrArn : `arn:aws:lambda:${region}:${accountId}:function:${nameOrArn}`;
  if (service.configuration(arn) === undefined) throw new InputError(`function ${arn} does not exist`);
  return arn;
}

/** 32 characters, as Lambda makes them; the same for a seed. */
function urlId(service: LambdaService, functionArn: string): string {
  return service.kernel.random(`lambda/url/${functionArn}`).hex(32);
}

/** The statement that AddPermission puts into the function's policy. */
function permissionDocument(properties: z.output<typeof permissionProperties>, arn: string): object {
  const { Principal, SourceArn, SourceAccount, FunctionUrlAuthType, InvokedViaFunctionUrl } = properties;
  const isService = Principal.endsWith('.amazonaws.com');
  const condition = {
    ...(SourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': SourceArn } }),
    ...(SourceAccount === undefined && FunctionUrlAuthType === undefined
      ? {}
      : {
          StringEquals: {
            ...(SourceAccount === undefined ? {} : { 'AWS:SourceAccount': SourceAccount }),
            ...(FunctionUrlAuthType === undefined ? {} : { 'lambda:FunctionUrlAuthType': FunctionUrlAuthType }),
          },
        }),
    ...(InvokedViaFunctionUrl === undefined
      ? {}
      : { Bool: { 'lambda:InvokedViaFunctionUrl': String(InvokedViaFunctionUrl) } }),
  };
  return {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: isService ? { Service: Principal } : Principal === '*' ? '*' : { AWS: Principal },
      Action: properties.Action,
      Resource: arn,
      Condition: condition,
    },
  };
}
