export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
export type MissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

/** A period's data point: breaching, not breaching, or undefined where the metric has none. */
export type DataPoint = boolean | undefined;

export interface AlarmRule {
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly missingData: MissingData;
}

/**
 * How many periods CloudWatch looks at: more than the evaluation periods. It doesn't publish how many; its examples
 * look at 5 for 3 (unverified: cloudwatch.evaluation-range). So silence is noticed only when the last real data point has left this range.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function evaluationRange(evaluationPeriods: number): number {
  return evaluationPeriods + 2;
}

/**
 * The state of an alarm from the data points of its evaluation range, oldest first.
 * Real data points are used as far as they go, and missing ones only as few times as possible (same source).
 */
export function alarmState(points: readonly DataPoint[], rule: AlarmRule, current: AlarmState): AlarmState {
  const { evaluationPeriods, datapointsToAlarm } = rule;
  const real = points.filter((point) => point !== undefined);
  if (real.length >= evaluationPeriods) {
    return breachingOf(real.slice(-evaluationPeriods)) >= datapointsToAlarm ? 'ALARM' : 'OK';
  }
  const breaching = breachingOf(real);
  const filled = evaluationPeriods - real.length;
  switch (rule.missingData) {
    case 'breaching':
      return breaching + filled >= datapointsToAlarm ? 'ALARM' : 'OK';
    case 'notBreaching':
      return breaching >= datapointsToAlarm ? 'ALARM' : 'OK';
    case 'ignore':
      if (breaching >= datapointsToAlarm) return 'ALARM';
      return breaching < real.length ? 'OK' : current;
    case 'missing':
      if (breaching >= datapointsToAlarm) return 'ALARM';
      if (breaching < real.length) return 'OK';
      // Only breaching points, and too few: enough once the oldest is as old as the data points to alarm.
      return oldestAge(points) >= datapointsToAlarm ? 'ALARM' : 'INSUFFICIENT_DATA';
  }
}

function breachingOf(points: readonly DataPoint[]): number {
  return points.filter((point) => point === true).length;
}

/** Age in periods of the oldest breaching point; the newest period has age 1, and 0 means that there is none. */
function oldestAge(points: readonly DataPoint[]): number {
  const oldest = points.indexOf(true);
  return oldest === -1 ? 0 : points.length - oldest;
}
