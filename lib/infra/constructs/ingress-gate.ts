import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { contract as gateIngress } from '../../../lambdas/gate-ingress/contract.ts';
import { functionName } from '../../plan/names.ts';
import { deployedPlanFile } from '../arns.ts';
import { Beat } from './beat.ts';
import { eventSource } from './detection-rules.ts';
import { yieldDetailType } from './incident-events.ts';
import { LifeboatFunction } from './lifeboat-function.ts';
import type { RegionParts } from './region-parts.ts';

/** The lease is over by then, and the beat has looked. */
const requestAgeSeconds = 60;

/** Keeps clients out of a region that has no authority: at once when it is asked for its lease, else every minute. */
export class IngressGate extends Construct {
  constructor(scope: Construct, id: string, parts: RegionParts) {
    super(scope, id);
    const { foundation } = parts;
    const gate = this.#gate(parts);
    const rule = new Rule(this, 'YieldRequested', {
      ruleName: functionName(foundation.plan, 'yield-requested'),
      description: 'Another region asks this one for its lease',
      eventPattern: { source: [eventSource], detailType: [yieldDetailType] },
    });
    rule.addTarget(
      new LambdaFunction(gate.lambda, {
        deadLetterQueue: foundation.deadLetters,
        maxEventAge: Duration.seconds(requestAgeSeconds),
        retryAttempts: 2,
      }),
    );
    new Beat(this, 'GateIngressBeat', {
      foundation,
      target: gate,
      name: gateIngress.name,
      description: 'Closes the ingress of a region that has lost the authority',
      everyMinutes: 1,
      input: {},
    });
  }

  #gate({ foundation, state, clusters }: RegionParts): LifeboatFunction {
    const gate = new LifeboatFunction(this, 'GateIngress', {
      foundation,
      contract: gateIngress,
      environment: {
        PLAN_FILE: deployedPlanFile,
        AUTHORITY_TABLE: state.authority.tableName,
        AUTHORITY_REGION: state.authority.region,
        COORDINATION_TABLE: state.coordination.tableName,
        JOURNAL_TABLE: state.journal.tableName,
      },
      description: 'Keeps a region that has no authority from serving',
      timeoutSeconds: 50,
      // The Kubernetes client's cold start is bound by the processor, which comes with memory.
      memoryMiB: 1024,
      asynchronous: { retryAttempts: 0, maximumAgeSeconds: requestAgeSeconds, isBeat: true },
    });
    state.authority.grant(gate, 'GetItem', 'UpdateItem');
    state.coordination.grant(gate, 'GetItem', 'PutItem', 'DeleteItem');
    state.grantJournal(gate);
    clusters.grantIngress(gate);
    return gate;
  }
}
