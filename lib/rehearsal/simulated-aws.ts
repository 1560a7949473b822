import { RecoveryClusterService } from './aws/arc/recovery-cluster-service.ts';
import { CloudWatchService } from './aws/cloudwatch/cloudwatch-service.ts';
import { DynamoDbService } from './aws/dynamodb/dynamodb-service.ts';
import { DynamoDbStreamsService } from './aws/dynamodb/streams-service.ts';
import { EksService } from './aws/eks/eks-service.ts';
import { EventBridgeService } from './aws/eventbridge/eventbridge-service.ts';
import { AwsHealth } from './aws/health/aws-health.ts';
import { Iam } from './aws/iam/iam.ts';
import { KmsService } from './aws/kms/kms-service.ts';
import { type LambdaOptions, LambdaService, type LogLine } from './aws/lambda/lambda-service.ts';
import type { Bundles } from './aws/lambda/runtime/bundle.ts';
import { EmbeddedMetrics } from './aws/logs/embedded-metrics.ts';
import { LogsService } from './aws/logs/logs-service.ts';
import { RdsService } from './aws/rds/rds-service.ts';
import { Route53Service } from './aws/route53/route53-service.ts';
import { SchedulerService } from './aws/scheduler/scheduler-service.ts';
import type { AwsService, ResourceProvider, WorldParts } from './aws/service.ts';
import { SfnService } from './aws/sfn/sfn-service.ts';
import { SnsService } from './aws/sns/sns-service.ts';
import { SqsService } from './aws/sqs/sqs-service.ts';
import { Sessions } from './aws/sts/sessions.ts';
import { StsService } from './aws/sts/sts-service.ts';
import type { Kernel } from './kernel/kernel.ts';
import { SimulatedInternet } from './network/simulated-internet.ts';
import { World } from './world/world.ts';

/** The account that every rehearsal runs in; AWS's own documentation uses it. */
export const rehearsalAccountId = '111122223333';

/** One simulated AWS with everything that a plan's templates need, before anything is deployed. */
export interface SimulatedAws {
  readonly world: World;
  readonly iam: Iam;
  readonly internet: SimulatedInternet;
  readonly sessions: Sessions;
  readonly dynamodb: DynamoDbService;
  readonly eks: EksService;
  readonly eventbridge: EventBridgeService;
  readonly health: AwsHealth;
  readonly lambda: LambdaService;
  readonly recoveryCluster: RecoveryClusterService;
  readonly rds: RdsService;
  readonly route53: Route53Service;
  readonly sfn: SfnService;
  readonly sns: SnsService;
  readonly cloudwatch: CloudWatchService;
  readonly providers: readonly ResourceProvider[];
}

export interface SimulatedAwsOptions {
  readonly kernel: Kernel;
  readonly bundles: Bundles;
  /** Told of every event that a function starts to handle. */
  readonly onRun: NonNullable<LambdaOptions['onRun']>;
  /** Told of every run of a function that ends with an error. */
  readonly onFailedRun: NonNullable<LambdaOptions['onFailedRun']>;
  /** Gets every line that a function writes. */
  readonly onLog: (line: LogLine) => void;
  /** Told of every state that an execution enters. */
  readonly onStateEntered: (execution: { readonly name: string }, stateName: string, atMs: number) => void;
}

export function simulatedAws({
  kernel,
  bundles,
  onRun,
  onFailedRun,
  onLog: listen,
  onStateEntered,
}: SimulatedAwsOptions): SimulatedAws {
  const iam = new Iam({ kernel, accountId: rehearsalAccountId });
  const world = new World({ kernel, iam });
  const { weather } = world;
  const parts: WorldParts = { kernel, bus: world, weather, accountId: rehearsalAccountId };
  const internet = new SimulatedInternet({ kernel, weather });
  const sessions = new Sessions(kernel.random('sessions'));
  const kms = new KmsService(parts, { access: iam });
  const eventbridge = new EventBridgeService(parts, { access: iam });
  const health = new AwsHealth({ kernel, emit: (region, event) => eventbridge.emit(region, event) });
  const cloudwatch = new CloudWatchService(parts, { events: eventbridge });
  const sns = new SnsService(parts, { access: iam, keys: kms });
  const recoveryCluster = new RecoveryClusterService(parts);
  const route53 = new Route53Service({
    kernel,
    internet,
    addressOfHost: (name) => internet.addressOfHost(name),
    routingControls: recoveryCluster,
  });
  internet.addNameAuthority(route53);
  const dynamodb = new DynamoDbService(parts, { keys: kms });
  const eks = new EksService(parts);
  const rds = new RdsService(parts, { metrics: cloudwatch });
  const sfn = new SfnService(parts, { access: iam, events: eventbridge, metrics: cloudwatch, onStateEntered });
  const embedded = new EmbeddedMetrics({ kernel, weather, metrics: cloudwatch });
  const onLog = (line: LogLine): void => {
    embedded.onLine(line.region, line.text);
    listen(line);
  };
  const lambda = new LambdaService({
    ...parts,
    weather,
    iam,
    sessions,
    internet,
    bundles,
    streams: dynamodb,
    metrics: cloudwatch,
    onRun,
    onFailedRun,
    onLog,
  });
  const services: readonly AwsService[] = [
    kms,
    eventbridge,
    cloudwatch,
    sns,
    recoveryCluster,
    route53,
    dynamodb,
    eks,
    rds,
    sfn,
    lambda,
    new DynamoDbStreamsService(dynamodb),
    new SchedulerService(parts, { access: iam }),
    new SqsService(parts, { access: iam, keys: kms, metrics: cloudwatch }),
    new LogsService({ keys: kms, access: iam }),
    new StsService(),
  ];
  for (const service of services) world.register(service);
  const providers = [...iam.resources, ...services.flatMap((service) => service.resources)];
  const named = { dynamodb, eks, eventbridge, health, lambda, rds, recoveryCluster, route53, sfn, sns, cloudwatch };
  return { world, iam, internet, sessions, ...named, providers };
}
