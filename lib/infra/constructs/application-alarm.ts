import { CfnAlarm, CfnCompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { InputError } from '../../plan/input-error.ts';
import { applicationAlarmNames, degradationDimensions, peerRegion } from '../../plan/names.ts';
import type { DegradationMetric, Plan } from '../../plan/plan.ts';

/** Standard resolution; what canaries and monitors of real users publish in. */
const periodSeconds = 60;

export interface ApplicationAlarmProps {
  readonly plan: Plan;
  /** Where the alarms live; they look at the other region. */
  readonly region: string;
}

/**
 * A region that is up and not well: alarms on what clients experience of the other region, as the plan's metrics tell it,
 * joined by one. Missing data is missing: neither good nor bad, and said so by assess-incident, because a composite alarm
 * would call it OK.
 */
export class ApplicationAlarm extends Construct {
  /** The composite alarm and those that it joins. */
  readonly alarmNames: readonly string[];

  constructor(scope: Construct, id: string, { plan, region }: ApplicationAlarmProps) {
    super(scope, id);
    const { degradation } = plan.detection;
    if (degradation === undefined) throw new InputError('application-alarm needs detection.degradation');
    const names = applicationAlarmNames(plan);
    const { errors, latency, forSeconds } = degradation;
    const observed = peerRegion(plan, region);
    const alarm = (name: 'errors' | 'latency', metric: DegradationMetric, threshold: number, what: string): CfnAlarm =>
      new CfnAlarm(this, name === 'errors' ? 'Errors' : 'Latency', {
        alarmName: names[name],
        alarmDescription: `Clients of ${observed}: ${what} for ${forSeconds} s: docs/runbook.md#estate-degraded-metric`,
        namespace: metric.namespace,
        metricName: metric.metricName,
        dimensions: Object.entries(degradationDimensions(metric.dimensions, observed)).map(([key, value]) => ({
          name: key,
          value,
        })),
        statistic: 'Average',
        period: periodSeconds,
        evaluationPeriods: forSeconds / periodSeconds,
        datapointsToAlarm: forSeconds / periodSeconds,
        threshold,
        comparisonOperator: 'GreaterThanThreshold',
        treatMissingData: 'missing',
      });
    const children = [
      ...(errors ? [alarm('errors', errors, errors.thresholdPercent, `over ${errors.thresholdPercent} % fail`)] : []),
      ...(latency ? [alarm('latency', latency, latency.thresholdMs, `over ${latency.thresholdMs} ms`)] : []),
    ];
    const childNames = children.map((child) => child.alarmName ?? '');
    const composite = new CfnCompositeAlarm(this, 'Degraded', {
      alarmName: names.degraded,
      alarmDescription: `Clients find ${observed} degraded: docs/runbook.md#estate-degraded-metric`,
      alarmRule: childNames.map((name) => `ALARM("${name}")`).join(' OR '),
    });
    // The rule names them as text, which CloudFormation doesn't see.
    for (const child of children) composite.addResourceDependency(child);
    this.alarmNames = [names.degraded, ...childNames];
  }
}
