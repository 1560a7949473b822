import { ArnFormat, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnUrl } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { contract as recordApproval } from '../../../lambdas/record-approval/contract.ts';
import { contract as requestApproval } from '../../../lambdas/request-approval/contract.ts';
import { escalationTopicName, failoverStateMachineName, operatorsPolicyName } from '../../plan/names.ts';
import { deployedPlanFile } from '../arns.ts';
import { LifeboatFunction } from './lifeboat-function.ts';
import { OperatorsTopic } from './operators-topic.ts';
import type { RegionParts } from './region-parts.ts';

/** The actions that end a wait for a task token. They take no resource (aws/aws-cdk discussion 26401). */
const taskAnswers = ['states:SendTaskSuccess', 'states:SendTaskFailure'];
const withoutResource = 'SendTaskSuccess and SendTaskFailure know no resources';

/**
 * Where people decide about a failover: a function that asks them, a function behind an IAM-authenticated URL that takes
 * what they decide, and the managed policy that whoever may look and decide needs.
 */
export class ApprovalDesk extends Construct {
  /** Function URL of record-approval. */
  readonly url: string;
  /** Functions for the state machine, by verb-noun. */
  readonly steps: Readonly<Record<string, LifeboatFunction>>;
  readonly #parts: RegionParts;

  constructor(scope: Construct, id: string, parts: RegionParts) {
    super(scope, id);
    this.#parts = parts;
    const record = this.#recordApproval();
    const url = new CfnUrl(this, 'Url', {
      targetFunctionArn: record.lambda.functionArn,
      authType: 'AWS_IAM',
      invokeMode: 'BUFFERED',
    });
    this.url = url.attrFunctionUrl;
    this.#operatorsPolicy(record);
    this.steps = { [requestApproval.name]: this.#requestApproval() };
  }

  #recordApproval(): LifeboatFunction {
    const { foundation, state } = this.#parts;
    const record = new LifeboatFunction(this, 'RecordApproval', {
      foundation,
      contract: recordApproval,
      environment: {
        ESTATE: foundation.plan.estate,
        AUTHORITY_TABLE: state.authority.tableName,
        AUTHORITY_REGION: state.authority.region,
        COORDINATION_TABLE: state.coordination.tableName,
        JOURNAL_TABLE: state.journal.tableName,
      },
      description: 'Takes approvals, rejections and aborts',
      timeoutSeconds: 30,
      memoryMiB: 256,
    });
    state.authority.grant(record, 'GetItem');
    state.coordination.grant(record, 'GetItem', 'PutItem', 'UpdateItem');
    state.grantJournal(record);
    record.allowWildcard(taskAnswers, ['*'], withoutResource);
    return record;
  }

  #requestApproval(): LifeboatFunction {
    const { foundation, state, topic } = this.#parts;
    const { plan } = foundation;
    const escalation = new OperatorsTopic(this, 'Escalation', foundation, {
      topicName: escalationTopicName(plan),
      displayName: `Lifeboat ${plan.estate} escalation`,
      emails: plan.notification.escalationEmails,
    });
    const request = new LifeboatFunction(this, 'RequestApproval', {
      foundation,
      contract: requestApproval,
      environment: {
        PLAN_FILE: deployedPlanFile,
        AUTHORITY_TABLE: state.authority.tableName,
        AUTHORITY_REGION: state.authority.region,
        COORDINATION_TABLE: state.coordination.tableName,
        JOURNAL_TABLE: state.journal.tableName,
        OPERATORS_TOPIC_ARN: topic.topic.topicArn,
        ESCALATION_TOPIC_ARN: escalation.topic.topicArn,
        APPROVAL_URL: this.url,
      },
      description: 'Asks people whether a failover may go on',
      timeoutSeconds: 30,
      memoryMiB: 256,
    });
    state.authority.grant(request, 'GetItem');
    state.coordination.grant(request, 'GetItem', 'PutItem', 'UpdateItem');
    state.grantJournal(request);
    topic.grantPublish(request);
    escalation.grantPublish(request);
    request.allowWildcard(taskAnswers, ['*'], withoutResource);
    return request;
  }

  /** Nobody has it by deployment: whoever may decide gets it attached. */
  #operatorsPolicy(record: LifeboatFunction): void {
    const { foundation, region, state } = this.#parts;
    const { plan } = foundation;
    const resources = [record.lambda.functionArn];
    // Both are needed since October 2025. Source: Lambda developer guide, "Control access to function URLs".
    const statements = [
      new PolicyStatement({
        actions: ['lambda:InvokeFunctionUrl'],
        resources,
        conditions: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
      }),
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources,
        conditions: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
      }),
      new PolicyStatement({
        actions: ['states:StartExecution'],
        resources: [
          Stack.of(this).formatArn({
            service: 'states',
            resource: 'stateMachine',
            resourceName: failoverStateMachineName(plan),
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        ],
      }),
      // What `lifeboat status` reads.
      ...state.authority.statements('GetItem'),
      ...state.coordination.statements('GetItem', 'Query'),
      ...state.captures.statements('GetItem'),
      ...state.journal.statements('Query'),
    ];
    new ManagedPolicy(this, 'OperatorsPolicy', {
      managedPolicyName: operatorsPolicyName(plan, region),
      description: `Lets people look at ${plan.estate} and approve, abort and start its failover to ${region}`,
      statements,
    });
  }
}
