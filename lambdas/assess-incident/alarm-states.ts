import { type CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { AlarmReader, AlarmValue } from './observation.ts';

/** Metric alarms of the client's region. */
export function alarmStates(client: CloudWatchClient): AlarmReader {
  return {
    statesOf: async (alarmNames, abortSignal) => {
      const answer = await client.send(new DescribeAlarmsCommand({ AlarmNames: [...alarmNames] }), { abortSignal });
      const states = (answer.MetricAlarms ?? []).map(
        ({ AlarmName = '', StateValue }) => [AlarmName, StateValue] as const,
      );
      return new Map(states.filter((one): one is readonly [string, AlarmValue] => one[1] !== undefined));
    },
  };
}
