import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Contract, EnvironmentOf } from '../../../lambdas/shared/contract.ts';
import { InputError } from '../../plan/input-error.ts';
import { functionName } from '../../plan/names.ts';
import { acceptWildcard } from '../accepted-finding.ts';
import type { Foundation } from './foundation.ts';

/** An incident's logs are read when the auditor comes, which is within a year. */
export const logRetention = RetentionDays.THIRTEEN_MONTHS;

/** How a function that is invoked asynchronously treats a failure before the event becomes a dead letter. */
export interface AsynchronousInvocation {
  /** AWS allows 0 to 2. */
  readonly retryAttempts: number;
  /** An event older than this is no news any more. */
  readonly maximumAgeSeconds: number;
  /** A beat that is lost is made up for by the next one: only many in a row are news (LostBeatsAlarm). */
  readonly isBeat?: boolean;
}

export interface LifeboatFunctionProps<C extends Contract> {
  readonly foundation: Foundation;
  readonly contract: C;
  readonly environment: EnvironmentOf<C>;
  readonly description: string;
  readonly timeoutSeconds: number;
  readonly memoryMiB: number;
  readonly asynchronous?: AsynchronousInvocation;
  readonly reservedConcurrency?: number;
}

/**
 * A function of Lifeboat: the bundle of its contract's name, an environment typed by the contract, and a role of its
 * own that may write its log and its traces and, by `allow`, what the contract's docstring lists.
 */
export class LifeboatFunction<C extends Contract = Contract> extends Construct {
  readonly lambda: LambdaFunction;
  readonly verbNoun: string;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: LifeboatFunctionProps<C>) {
    super(scope, id);
    const { foundation, contract } = props;
    this.verbNoun = contract.name;
    const name = functionName(foundation.plan, contract.name);
    const bundle = foundation.bundles[contract.name];
    if (bundle === undefined) {
      throw new InputError(`function ${contract.name} has no bundle: lambdas/${contract.name}/handler.ts is missing`);
    }
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${name}`,
      retention: logRetention,
      encryptionKey: foundation.key,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${name} may do`,
    });
    logGroup.grantWrite(this.role);
    acceptWildcard(this.role, '*', 'PutTraceSegments and PutTelemetryRecords of X-Ray know no resources');
    const environment: Record<string, string> = {};
    for (const [key, value] of Object.entries(props.environment)) environment[key] = String(value);
    this.lambda = new LambdaFunction(this, 'Function', {
      functionName: name,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(bundle),
      role: this.role,
      environment,
      layers: 'PLAN_FILE' in environment ? [foundation.planLayer] : [],
      timeout: Duration.seconds(props.timeoutSeconds),
      memorySize: props.memoryMiB,
      logGroup,
      tracing: Tracing.ACTIVE,
      reservedConcurrentExecutions: props.reservedConcurrency,
    });
    if (props.asynchronous !== undefined) {
      const { queueArn } = props.asynchronous.isBeat === true ? foundation.lostBeats : foundation.deadLetters;
      this.lambda.configureAsyncInvoke({
        retryAttempts: props.asynchronous.retryAttempts,
        maxEventAge: Duration.seconds(props.asynchronous.maximumAgeSeconds),
        onFailure: { bind: () => ({ destination: queueArn }) },
      });
      // CDK's own SqsDestination would also let the function look the queue up, which Lambda never does for it.
      this.allow(['sqs:SendMessage'], [queueArn]);
    }
  }

  /** Lets the function do `actions` on `resources`, under `conditions` in IAM's own form. */
  allow(
    actions: readonly string[],
    resources: readonly string[],
    conditions?: Record<string, Record<string, string | string[]>>,
  ): void {
    this.role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources], conditions }));
  }

  /** The same where AWS or a name that is made up later leaves only a wildcard; `reason` says which, in one line. */
  allowWildcard(
    actions: readonly string[],
    resources: readonly string[],
    reason: string,
    conditions?: Record<string, Record<string, string>>,
  ): void {
    this.allow(actions, resources, conditions);
    for (const resource of resources) acceptWildcard(this.role, resource, reason);
  }
}
