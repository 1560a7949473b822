import { Construct } from 'constructs';
import { contract } from '../../../lambdas/read-checkers/contract.ts';
import { coordinationTableName, peerRegion } from '../../plan/names.ts';
import { defaultEventBusArn, deployedPlanFile } from '../arns.ts';
import { Beat } from './beat.ts';
import { eventSource, signalDetailType } from './detection-rules.ts';
import { LifeboatFunction } from './lifeboat-function.ts';
import { loopTimeoutSeconds } from './probe.ts';
import type { RegionParts } from './region-parts.ts';

/** Reads every minute anew what Route 53's checkers think of the other region. */
export class CheckerReading extends Construct {
  constructor(scope: Construct, id: string, { foundation, state, region }: RegionParts) {
    super(scope, id);
    const { plan } = foundation;
    const targetRegion = peerRegion(plan, region);
    const read = new LifeboatFunction(this, 'ReadCheckers', {
      foundation,
      contract,
      environment: { PLAN_FILE: deployedPlanFile, COORDINATION_TABLE: coordinationTableName(plan) },
      description: `Asks the name servers what Route 53's checkers think of ${targetRegion}`,
      timeoutSeconds: loopTimeoutSeconds,
      memoryMiB: 256,
      // The next one starts within a minute.
      asynchronous: { retryAttempts: 0, maximumAgeSeconds: 60, isBeat: true },
    });
    state.coordination.grant(read, 'UpdateItem');
    read.allow(['events:PutEvents'], [defaultEventBusArn(this, region)], {
      StringEquals: { 'events:source': eventSource, 'events:detail-type': signalDetailType },
    });
    new Beat(this, 'Beat', {
      foundation,
      target: read,
      name: contract.name,
      description: `Reads the checkers' verdict on ${targetRegion}`,
      everyMinutes: 1,
      input: { targetRegion, reportTo: region },
    });
  }
}
