import { join, resolve } from 'node:path';
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { contract as answerDecision } from '../../lambdas/answer-decision/contract.ts';
import { hearsAwsHealth } from '../plan/aws-health.ts';
import { peerRegion } from '../plan/names.ts';
import type { Plan } from '../plan/plan.ts';
import { ActiveDuties } from './constructs/active-duties.ts';
import { ApprovalDesk } from './constructs/approval-desk.ts';
import { CheckerReading } from './constructs/checker-reading.ts';
import { CheckerVerdict } from './constructs/checker-verdict.ts';
import { ClusterAccess } from './constructs/cluster-access.ts';
import { DataStoreAccess } from './constructs/data-store-access.ts';
import { DecisionEndpoint } from './constructs/decision-endpoint.ts';
import { FailoverFunctions } from './constructs/failover-functions.ts';
import { FailoverMachine } from './constructs/failover-machine.ts';
import { Foundation } from './constructs/foundation.ts';
import { DecisionAlarm } from './constructs/function-alarms.ts';
import { HealthIssues } from './constructs/health-issues.ts';
import { IncidentAssessment } from './constructs/incident-assessment.ts';
import { IngressGate } from './constructs/ingress-gate.ts';
import { LifeboatFunction } from './constructs/lifeboat-function.ts';
import { OperatorNews } from './constructs/operator-news.ts';
import { OperatorsTopic } from './constructs/operators-topic.ts';
import { OwnHealth } from './constructs/own-health.ts';
import { Prewarm } from './constructs/prewarm.ts';
import { Probe } from './constructs/probe.ts';
import type { RegionParts } from './constructs/region-parts.ts';
import { RegionState } from './constructs/region-state.ts';
import { TrafficRecords } from './constructs/traffic-records.ts';
import { UnendedFailover } from './constructs/unended-failover.ts';
import { WarmUp } from './constructs/warm-up.ts';

export const stateMachinesDir = resolve(import.meta.dirname, '../../statemachines');

/** Enough for every checker of a 10 s health check at once; more would let a stranger run up the bill. */
const decisionConcurrency = 20;

export interface RegionStackProps extends StackProps {
  readonly plan: Plan;
  readonly region: string;
  readonly bundles: Readonly<Record<string, string>>;
  /** Folder of the state machines. Default: this checkout's statemachines/. */
  readonly stateMachines?: string;
}

/** One of the two regions that can be active. Both carry the same tree; which one is active is state, not deployment. */
export class RegionStack extends Stack {
  constructor(scope: Construct, id: string, props: RegionStackProps) {
    super(scope, id, props);
    const { plan, region } = props;
    const foundation = new Foundation(this, 'Foundation', props);
    const parts: RegionParts = {
      region,
      foundation,
      state: new RegionState(this, 'State', { foundation, region }),
      topic: new OperatorsTopic(this, 'Operators', foundation),
      clusters: new ClusterAccess(this, 'Clusters', { plan, region }),
      stores: new DataStoreAccess(this, 'DataStores', { plan, region }),
    };
    const desk = new ApprovalDesk(this, 'Approval', parts);
    const { byName } = new FailoverFunctions(this, 'Steps', parts);
    new WarmUp(this, 'WarmUp', { foundation, functions: byName });
    const machine = new FailoverMachine(this, 'Failover', {
      foundation,
      definitionFile: join(props.stateMachines ?? stateMachinesDir, 'failover.asl.json'),
      functions: { ...byName, ...desk.steps },
      topic: parts.topic,
    });
    new OperatorNews(this, 'News', parts, desk.url);
    new IncidentAssessment(this, 'Assessment', parts, machine.stateMachine);
    if (hearsAwsHealth(plan)) new HealthIssues(this, 'Health', parts);
    new Prewarm(this, 'Prewarm', parts);
    new ActiveDuties(this, 'Active', parts);
    new IngressGate(this, 'Ingress', parts);
    if (plan.detection.signals.includes('probe-standby')) {
      new Probe(this, 'Probe', {
        foundation,
        coordination: parts.state.coordination,
        signal: 'probe-standby',
        targets: [peerRegion(plan, region)],
      });
    }
    if (plan.detection.signals.includes('route53-checkers')) {
      new CheckerVerdict(this, 'CheckerVerdict', { plan, region });
      new CheckerReading(this, 'CheckerReading', parts);
    }
    const endpoint = this.#decisionEndpoint(parts);
    new TrafficRecords(this, 'Traffic', { plan, region, healthCheckId: endpoint.healthCheckId });
    new UnendedFailover(this, 'Unended', parts, machine.stateMachine);
    new OwnHealth(this, 'Alarms', parts, {
      machines: { failover: machine.stateMachine },
      probed: plan.detection.signals.includes('probe-standby') ? [peerRegion(plan, region)] : [],
      readsCheckers: plan.detection.signals.includes('route53-checkers'),
      isActivatable: true,
    });
    new CfnOutput(this, 'FailoverStateMachineArn', { value: machine.stateMachine.stateMachineArn });
    new CfnOutput(this, 'OperatorsTopicArn', { value: parts.topic.topic.topicArn });
    new CfnOutput(this, 'ApprovalUrl', { value: desk.url });
    new CfnOutput(this, 'DecisionEndpointUrl', { value: endpoint.url });
  }

  #decisionEndpoint(parts: RegionParts): DecisionEndpoint {
    const { foundation, state, region } = parts;
    const answer = new LifeboatFunction(this, 'AnswerDecision', {
      foundation,
      contract: answerDecision,
      environment: {
        ESTATE: foundation.plan.estate,
        AUTHORITY_TABLE: state.authority.tableName,
        AUTHORITY_REGION: state.authority.region,
      },
      description: 'Tells Route 53 whether this region serves',
      // A checker gives up after 4 s to connect and 2 s to answer.
      timeoutSeconds: 5,
      memoryMiB: 512,
      reservedConcurrency: decisionConcurrency,
    });
    state.authority.grant(answer, 'GetItem');
    new DecisionAlarm(this, 'DecisionAlarm', parts, answer);
    return new DecisionEndpoint(this, 'Decision', { plan: foundation.plan, region, answerDecision: answer });
  }
}
