import { describe, expect, test } from '@jest/globals';
import { compileAlarmRule } from '../../../../../lib/rehearsal/aws/cloudwatch/alarm-rule.ts';
import type { AlarmState } from '../../../../../lib/rehearsal/aws/cloudwatch/alarm-state.ts';

const states: Readonly<Record<string, AlarmState>> = { rings: 'ALARM', calm: 'OK', blind: 'INSUFFICIENT_DATA' };
const holds = (rule: string) => compileAlarmRule(rule).holds((name) => states[name]);

describe('the rule of a composite alarm', () => {
  test.each([
    ['ALARM("rings") OR ALARM("calm")', true],
    ['ALARM(rings) AND ALARM(calm)', false],
    ['NOT ALARM(calm) AND OK(calm)', true],
    ['ALARM(calm) AND TRUE OR ALARM(rings)', true],
    ['ALARM(rings) AND (FALSE OR INSUFFICIENT_DATA(blind))', true],
    ['OK(blind)', false],
    ['ALARM("arn:aws:cloudwatch:eu-west-1:111122223333:alarm:rings")', true],
  ])('%s is %s', (rule, expected) => {
    expect(holds(rule)).toBe(expected);
  });

  test('names each alarm once', () => {
    expect(compileAlarmRule('ALARM(a) OR OK(a) OR ALARM(b)').children).toEqual(['a', 'b']);
  });

  test.each(['', 'ALARM(a', 'ALARM(a) ALARM(b)', 'ALARM(a) XOR OK(b)', '(ALARM(a)', 'AND'])('%j is refused', (rule) => {
    expect(() => compileAlarmRule(rule)).toThrow('not a rule expression');
  });
});
