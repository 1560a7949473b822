import { z } from 'zod';
import { InputError } from '../../../plan/input-error.ts';
import { defineResource } from '../define-resource.ts';
import type { StreamDirectory, StreamInRegion } from '../dynamodb/stream-directory.ts';
import { compilePattern, type EventMatcher } from '../eventbridge/event-pattern.ts';
import type { Iam } from '../iam/iam.ts';
import type { ResourceProvider } from '../service.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import { assertMaySend, destination, existing } from './lambda-resources.ts';
import type { LambdaService } from './lambda-service.ts';

/**
 * An event source mapping of a DynamoDB stream. What the world doesn't do is refused by name.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
 */
const mappingProperties = z.strictObject({
  BatchSize: z.coerce.number().int().min(1).max(10_000).default(100),
  BisectBatchOnFunctionError: z.boolean().default(false),
  DestinationConfig: z.strictObject({ OnFailure: destination.optional() }).default({}),
  Enabled: z.literal(true, { error: 'only Enabled true is simulated' }).optional(),
  EventSourceArn: z.string().regex(/^arn:aws:dynamodb:[^:]*:\d*:table\/[^/]+\/stream\//, {
    error: 'only streams of DynamoDB tables are simulated',
  }),
  /** Five filters, one of which must match (https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html). */
  FilterCriteria: z.strictObject({ Filters: z.array(z.strictObject({ Pattern: z.string() })).max(5) }).optional(),
  FunctionName: z.string(),
  MaximumRecordAgeInSeconds: z.union([z.literal(-1), z.coerce.number().int().min(60).max(604_800)]).default(-1),
  MaximumRetryAttempts: z.coerce.number().int().min(-1).max(10_000).default(-1),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']),
  Tags: z.unknown().optional(),
});

/** What Lambda asks of the function's role before it accepts a mapping, and reads the stream with. */
const readingActions = ['GetRecords', 'GetShardIterator', 'DescribeStream', 'ListStreams'];

export function streamMappingProvider(service: LambdaService, iam: Iam, streams: StreamDirectory): ResourceProvider {
  return defineResource('AWS::Lambda::EventSourceMapping', mappingProperties, (properties, context) => {
    const functionArn = existing(service, properties.FunctionName, context);
    const configuration = service.configuration(functionArn);
    const source = streams.streamOf(properties.EventSourceArn);
    if (source === undefined || configuration === undefined) {
      throw new InputError(`Stream not found: ${properties.EventSourceArn}`);
    }
    assertMayRead(iam, configuration, source);
    const onFailureArn = properties.DestinationConfig.OnFailure?.Destination;
    if (onFailureArn !== undefined) assertMaySend(iam, configuration, onFailureArn);
    service.mapStream(functionArn, {
      stream: source.stream,
      startingPosition: properties.StartingPosition,
      batchSize: properties.BatchSize,
      filters: (properties.FilterCriteria?.Filters ?? []).map(({ Pattern }) => filterOf(Pattern)),
      bisectBatchOnFunctionError: properties.BisectBatchOnFunctionError,
      maximumRetryAttempts: unlimited(properties.MaximumRetryAttempts),
      maximumRecordAgeSeconds: unlimited(properties.MaximumRecordAgeInSeconds),
      onFailureArn,
    });
    const id = service.kernel.random(`lambda/mappings/${functionArn}`).uuid();
    return { ref: id, attributes: { Id: id } };
  });
}

/** @see https://github.com/aws-samples/lambda-refarch-webapp/issues/7 (the words of the refusal) */
function assertMayRead(iam: Iam, { name, roleArn, accountId, region }: FunctionConfiguration, source: StreamInRegion) {
  const caller = { principal: roleArn, name: `lambda:${name}`, accountId, region };
  const { arn } = source.stream;
  const may = (action: string) => iam.allows(caller, { action: `dynamodb:${action}`, resource: arn }, region);
  if (readingActions.every(may)) return;
  throw new InputError(
    `Cannot access stream ${arn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.`,
  );
}

/**
 * «DynamoDB event source mappings only support filtering on the dynamodb key»
 * (https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html), whatever examples show.
 */
function filterOf(patternText: string): EventMatcher {
  const pattern: unknown = JSON.parse(patternText);
  const others = Object.keys(pattern ?? {}).filter((key) => key !== 'dynamodb');
  if (others.length > 0) throw new InputError(`a filter of a DynamoDB stream knows no ${others.join(', ')}`);
  return compilePattern(pattern);
}

function unlimited(value: number): number {
  return value === -1 ? Number.POSITIVE_INFINITY : value;
}
