import { Duration } from 'aws-cdk-lib';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { contract, toldKinds } from '../../../lambdas/notify-operators/contract.ts';
import { deployedPlanFile } from '../arns.ts';
import { LifeboatFunction } from './lifeboat-function.ts';
import { OperatorAlarm } from './operator-alarm.ts';
import type { RegionParts } from './region-parts.ts';

/** Each entry takes some calls, and a batch has to be done within the function's time. */
const batchSize = 10;
const timeoutSeconds = 30;
/** With pauses that grow to a minute, some three minutes: what follows in the shard waits for as long. */
const retryAttempts = 8;
/** What happened an hour ago is history, which the journal tells; the dead letter says that it was not told. */
const newsAgeSeconds = 3600;
/** News takes a second or two; what is a minute old was tried in vain. */
const lateSeconds = 60;

/**
 * Tells the operators of changes of state, from the journal's stream: what writes an entry neither waits for the message
 * nor can forget it, and nothing in a failover asks whether it was sent.
 */
export class OperatorNews extends Construct {
  constructor(scope: Construct, id: string, parts: RegionParts, approvalUrl: string) {
    super(scope, id);
    const { foundation, state, topic } = parts;
    const notify = new LifeboatFunction(this, 'NotifyOperators', {
      foundation,
      contract,
      environment: {
        PLAN_FILE: deployedPlanFile,
        COORDINATION_TABLE: state.coordination.tableName,
        JOURNAL_TABLE: state.journal.tableName,
        OPERATORS_TOPIC_ARN: topic.topic.topicArn,
        APPROVAL_URL: approvalUrl,
      },
      description: 'Tells the operators of every change of state',
      timeoutSeconds,
      memoryMiB: 256,
    });
    state.journal.grant(notify, 'Query');
    state.coordination.grant(notify, 'UpdateItem');
    topic.grantPublish(notify);
    notify.allow(['sqs:SendMessage'], [foundation.deadLetters.queueArn]);
    // The class for all sources would also give the function its queue's attributes and URL, which Lambda never asks for.
    new CfnEventSourceMapping(this, 'Entries', {
      eventSourceArn: state.journal.grantStream(notify),
      functionName: notify.lambda.functionArn,
      // LATEST could miss what is written while the mapping begins (guide, "Polling and stream starting positions").
      startingPosition: 'TRIM_HORIZON',
      batchSize,
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: retryAttempts,
      maximumRecordAgeInSeconds: newsAgeSeconds,
      destinationConfig: { onFailure: { destination: foundation.deadLetters.queueArn } },
      filterCriteria: {
        filters: [{ pattern: JSON.stringify({ dynamodb: { NewImage: { kind: { S: toldKinds } } } }) }],
      },
    }).node.addDependency(notify.role);
    new OperatorAlarm(this, 'Late', {
      ...parts,
      name: 'late-news',
      says: `Changes of state can't be told for more than ${lateSeconds} seconds`,
      entry: 'estate-late-news',
      metric: notify.lambda.metric('IteratorAge', { period: Duration.minutes(1), statistic: 'Maximum' }),
      above: lateSeconds * 1000,
      // Lambda sends it with every batch that it hands over: nothing happened, or nothing is tried.
      noData: 'fine',
    });
  }
}
