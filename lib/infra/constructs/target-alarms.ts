import { Construct } from 'constructs';
import { captureAgeLimitSeconds } from '../../plan/capture-age.ts';
import { type AlarmParts, OperatorAlarm, ownMetric } from './operator-alarm.ts';

/**
 * The plan's targets: before a disaster, that a failover now would break the platform's RPO; after one, that promises
 * were missed. Which ones the closing page says, and the metrics RtoSeconds and RpoSeconds by application.
 */
export class TargetAlarms extends Construct {
  constructor(scope: Construct, id: string, parts: AlarmParts) {
    super(scope, id);
    this.#captureAge(parts);
    this.#missed(parts, 'RtoMissed', 'rto-missed', 'A failover took longer than the plan promises');
    this.#missed(parts, 'RpoMissed', 'rpo-missed', 'A failover lost more than the plan promises');
  }

  #captureAge(parts: AlarmParts): void {
    const { plan } = parts.foundation;
    const limitSeconds = captureAgeLimitSeconds(plan);
    new OperatorAlarm(this, 'CaptureAge', {
      ...parts,
      name: 'capture-age',
      says: `What this region knows of the active one is older than ${limitSeconds} s`,
      entry: 'estate-capture-age',
      metric: ownMetric(parts, 'CaptureAgeSeconds', {
        statistic: 'Maximum',
        periodSeconds: wholeMinutes(plan.detection.captureIntervalSeconds),
      }),
      above: limitSeconds,
      // The active region measures no age; a standby region that measures none rings silent-capture-replicas.
      noData: 'fine',
    });
  }

  #missed(parts: AlarmParts, metric: 'RtoMissed' | 'RpoMissed', name: string, says: string): void {
    new OperatorAlarm(this, metric, {
      ...parts,
      name,
      says,
      entry: `estate-${name}`,
      metric: ownMetric(parts, metric, { statistic: 'Maximum', periodSeconds: 60 }),
      above: 0,
      // Written once, when an execution has recovered the estate.
      noData: 'fine',
    });
  }
}

/** The period of an alarm on what is written at this interval. CloudWatch counts in minutes from a minute on. */
export function wholeMinutes(intervalSeconds: number): number {
  return Math.max(1, Math.ceil(intervalSeconds / 60)) * 60;
}
