import { Construct } from 'constructs';
import { contract } from '../../../lambdas/probe-region/contract.ts';
import { coordinationTableName, peerRegion } from '../../plan/names.ts';
import { probeBeat } from '../../plan/own-metrics.ts';
import { defaultEventBusArn, deployedPlanFile } from '../arns.ts';
import { Beat } from './beat.ts';
import { eventSource, signalDetailType } from './detection-rules.ts';
import type { Foundation } from './foundation.ts';
import { LifeboatFunction } from './lifeboat-function.ts';
import type { TableAccess } from './table-access.ts';

/** A probe loops for 120 s; a quarter of that is left for its last slot's answers. */
export const loopTimeoutSeconds = 150;

export interface ProbeProps {
  readonly foundation: Foundation;
  /** Table of this region where slots are taken. */
  readonly coordination: TableAccess;
  readonly signal: 'probe-standby' | 'probe-witness';
  /** Regions asked from here. What is seen is told to the region that would take over: the other one. */
  readonly targets: readonly string[];
}

/** Asks other regions from outside, every minute anew. */
export class Probe extends Construct {
  constructor(scope: Construct, id: string, props: ProbeProps) {
    super(scope, id);
    const { plan } = props.foundation;
    const probe = new LifeboatFunction(this, 'ProbeRegion', {
      foundation: props.foundation,
      contract,
      environment: { PLAN_FILE: deployedPlanFile, COORDINATION_TABLE: coordinationTableName(plan) },
      description: `Asks ${props.targets.join(' and ')} from outside`,
      timeoutSeconds: loopTimeoutSeconds,
      memoryMiB: 256,
      // The next one starts within a minute.
      asynchronous: { retryAttempts: 0, maximumAgeSeconds: 60, isBeat: true },
    });
    props.coordination.grant(probe, 'UpdateItem');
    const buses = props.targets.map((target) => defaultEventBusArn(this, peerRegion(plan, target)));
    probe.allow(['events:PutEvents'], buses, {
      StringEquals: { 'events:source': eventSource, 'events:detail-type': signalDetailType },
    });
    for (const targetRegion of props.targets) {
      new Beat(this, `Beat-${targetRegion}`, {
        foundation: props.foundation,
        target: probe,
        name: probeBeat(targetRegion),
        description: `Asks ${targetRegion} from outside`,
        everyMinutes: 1,
        input: { targetRegion, reportTo: peerRegion(plan, targetRegion), signal: props.signal },
      });
    }
  }
}
