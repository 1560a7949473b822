import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { contract } from '../../../lambdas/assess-incident/contract.ts';
import { deployedPlanFile } from '../arns.ts';
import { ApplicationAlarm } from './application-alarm.ts';
import { DetectionRules } from './detection-rules.ts';
import { HeartbeatAlarm } from './heartbeat-alarm.ts';
import { closedDetailType, grantIncidentEvents, suspectedDetailType } from './incident-events.ts';
import { LifeboatFunction } from './lifeboat-function.ts';
import type { RegionParts } from './region-parts.ts';

/** Hears every observation of the other region and starts the failover once a quorum has held. */
export class IncidentAssessment extends Construct {
  constructor(scope: Construct, id: string, parts: RegionParts, failover: StateMachine) {
    super(scope, id);
    const { foundation, state, topic } = parts;
    const assess = new LifeboatFunction(this, 'AssessIncident', {
      foundation,
      contract,
      environment: {
        PLAN_FILE: deployedPlanFile,
        AUTHORITY_TABLE: state.authority.tableName,
        AUTHORITY_REGION: state.authority.region,
        COORDINATION_TABLE: state.coordination.tableName,
        JOURNAL_TABLE: state.journal.tableName,
        OPERATORS_TOPIC_ARN: topic.topic.topicArn,
        FAILOVER_STATE_MACHINE_ARN: failover.stateMachineArn,
      },
      description: 'Weighs the signals and starts the failover',
      timeoutSeconds: 30,
      memoryMiB: 512,
      asynchronous: { retryAttempts: 2, maximumAgeSeconds: 300 },
    });
    state.authority.grant(assess, 'GetItem');
    state.coordination.grant(assess, 'GetItem', 'Query', 'PutItem', 'UpdateItem');
    state.grantJournal(assess);
    grantIncidentEvents(assess, suspectedDetailType, closedDetailType);
    topic.grantPublish(assess);
    assess.allow(['states:StartExecution'], [failover.stateMachineArn]);
    const counted = foundation.plan.detection.signals.includes('heartbeat-alarm');
    const alarm = counted
      ? new HeartbeatAlarm(this, 'Heartbeat', { plan: foundation.plan, region: parts.region })
      : undefined;
    const applicationAlarmNames = foundation.plan.detection.signals.includes('application-alarm')
      ? new ApplicationAlarm(this, 'Application', { plan: foundation.plan, region: parts.region }).alarmNames
      : [];
    if (applicationAlarmNames.length > 0) {
      assess.allowWildcard(
        ['cloudwatch:DescribeAlarms'],
        [
          Stack.of(this).formatArn({
            service: 'cloudwatch',
            resource: 'alarm:*',
            arnFormat: ArnFormat.NO_RESOURCE_NAME,
          }),
        ],
        'DescribeAlarms is authorized on all alarms of the region, whichever are asked for',
      );
    }
    new DetectionRules(this, 'Rules', {
      foundation,
      assessIncident: assess,
      heartbeatAlarmName: alarm?.alarmName,
      applicationAlarmNames,
    });
  }
}
