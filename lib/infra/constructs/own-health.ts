import { Stack } from 'aws-cdk-lib';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { probeBeat } from '../../plan/own-metrics.ts';
import { BeatAlarm } from './beat-alarm.ts';
import { ExecutionAlarms } from './execution-alarms.ts';
import type { Foundation } from './foundation.ts';
import { FunctionAlarms } from './function-alarms.ts';
import type { AlarmParts } from './operator-alarm.ts';
import { QueueAlarms } from './queue-alarms.ts';
import { ReplicationAlarms } from './replication-alarms.ts';
import { TargetAlarms, wholeMinutes } from './target-alarms.ts';

export interface OwnHealthProps {
  /** State machines of this stack, by name without the estate. */
  readonly machines: Readonly<Record<string, StateMachine>>;
  /** Regions that this stack's probe asks. */
  readonly probed: readonly string[];
  /** Does it ask the name servers what Route 53's checkers think? */
  readonly readsCheckers: boolean;
  /** False for the witness, which renews and captures nothing. */
  readonly isActivatable: boolean;
}

/** The alarms of a stack on Lifeboat itself and on the plan's targets. Make it last: it looks at all functions. */
export class OwnHealth extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { foundation, topic }: AlarmParts & { readonly foundation: Foundation },
    props: OwnHealthProps,
  ) {
    super(scope, id);
    const parts = { foundation, topic };
    new QueueAlarms(this, 'Queues', parts);
    new ExecutionAlarms(this, 'Executions', parts, props.machines);
    for (const target of props.probed) {
      new BeatAlarm(this, `Probe-${target}`, {
        ...parts,
        beat: probeBeat(target),
        periodSeconds: 60,
        says: `Nobody asks ${target} from here`,
        entry: 'estate-silent-probe-region',
      });
    }
    if (props.readsCheckers) {
      new BeatAlarm(this, 'ReadCheckers', {
        ...parts,
        beat: 'read-checkers',
        periodSeconds: 60,
        says: "Nobody asks what Route 53's checkers think of the other region",
        entry: 'estate-silent-read-checkers',
      });
    }
    if (props.isActivatable) this.#activatable(parts);
    new FunctionAlarms(this, 'Functions', parts);
  }

  #activatable(parts: AlarmParts): void {
    new BeatAlarm(this, 'RenewLease', {
      ...parts,
      beat: 'renew-lease',
      periodSeconds: 60,
      says: 'The lease is not renewed, or nobody looks whether it should be',
      entry: 'estate-silent-renew-lease',
    });
    new BeatAlarm(this, 'CaptureReplicas', {
      ...parts,
      beat: 'capture-replicas',
      periodSeconds: wholeMinutes(parts.foundation.plan.detection.captureIntervalSeconds),
      says: 'Replica counts are not captured here, and their age is not measured',
      entry: 'estate-silent-capture-replicas',
    });
    new BeatAlarm(this, 'GateIngress', {
      ...parts,
      beat: 'gate-ingress',
      // A schedule of a minute is precise to a minute.
      periodSeconds: 120,
      says: 'A region without authority may serve here, or one that has it may stay closed',
      entry: 'estate-silent-gate-ingress',
    });
    new ReplicationAlarms(this, 'Replication', parts, Stack.of(this).region);
    new TargetAlarms(this, 'Targets', parts);
  }
}
