import { describe, expect, test } from '@jest/globals';
import {
  type AlarmState,
  alarmState,
  type MissingData,
} from '../../../../../lib/rehearsal/aws/cloudwatch/alarm-state.ts';

const points = (text: string) => text.split(' ').map((one) => (one === '-' ? undefined : one === 'X'));
const treatments: MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];
const kept = 'kept' as const;

// The tables of https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
describe.each<[string, number, [string, ...(AlarmState | typeof kept)[]][]]>([
  [
    '3 of 3',
    3,
    [
      ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
      ['0 - - - -', 'OK', 'OK', 'OK', 'OK'],
      ['- - - - -', 'INSUFFICIENT_DATA', kept, 'ALARM', 'OK'],
      ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['- - - - X', 'INSUFFICIENT_DATA', kept, 'ALARM', 'OK'],
      ['X - - - -', 'ALARM', kept, 'ALARM', 'OK'],
      ['- - X - -', 'ALARM', kept, 'ALARM', 'OK'],
      ['X X X 0 X', 'OK', 'OK', 'OK', 'OK'],
    ],
  ],
  [
    '2 of 3',
    2,
    [
      ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
      ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
      ['- - - X -', 'ALARM', kept, 'ALARM', 'OK'],
      ['- - - X X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['- - - - X', 'INSUFFICIENT_DATA', kept, 'ALARM', 'OK'],
    ],
  ],
])('an alarm on %s data points', (_name, datapointsToAlarm, rows) => {
  test.each(rows)('%s', (text, ...expected) => {
    for (const [index, missingData] of treatments.entries()) {
      for (const current of ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const) {
        const state = alarmState(points(text), { evaluationPeriods: 3, datapointsToAlarm, missingData }, current);
        expect([missingData, state]).toEqual([missingData, expected[index] === kept ? current : expected[index]]);
      }
    }
  });
});
