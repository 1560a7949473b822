import type { Kernel } from '../../kernel/kernel.ts';
import type { MetricSink } from '../cloudwatch/metric-sink.ts';
import type { StreamRecord, TableStream } from '../dynamodb/table-stream.ts';
import type { EventMatcher } from '../eventbridge/event-pattern.ts';
import type { Caller, ServiceBus, Weather } from '../service.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import type { InvocationResult, throttled } from './invocation.ts';

/** What the event source mapping of a DynamoDB stream says. */
export interface StreamMappingConfiguration {
  readonly stream: TableStream;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  readonly batchSize: number;
  /** A record that none of them matches is discarded; empty: all match. */
  readonly filters: readonly EventMatcher[];
  readonly bisectBatchOnFunctionError: boolean;
  /** Infinity: until the record is too old. */
  readonly maximumRetryAttempts: number;
  /** Infinity: as long as the stream keeps it. */
  readonly maximumRecordAgeSeconds: number;
  readonly onFailureArn: string | undefined;
}

export interface StreamMappingParts {
  readonly kernel: Kernel;
  readonly bus: ServiceBus;
  readonly weather: Weather;
  readonly metrics: MetricSink;
  readonly configuration: FunctionConfiguration;
  /** Runs the function; `ended` is called once, unless the region goes dark meanwhile. */
  run(eventJson: string, ended: (result: InvocationResult) => void): typeof throttled | undefined;
}

/** Lambda reads as the function's role. */
export function pollerOf({ name, region, accountId, roleArn }: FunctionConfiguration): Caller {
  return { principal: roleArn, name: `lambda-poller:${name}@${region}`, accountId, region };
}

/** The event that a function gets. @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html (example event) */
export function eventOf(records: readonly StreamRecord[], streamArn: string): string {
  const Records = records.map((record) => ({
    ...record,
    dynamodb: {
      ...record.dynamodb,
      ApproximateCreationDateTime: record.dynamodb.ApproximateCreationDateTime.getTime() / 1000,
    },
    eventSourceARN: streamArn,
  }));
  return JSON.stringify({ Records }, (_name, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
  );
}
