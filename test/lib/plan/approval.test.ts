import { describe, expect, test } from '@jest/globals';
import { PlanError } from '../../../lib/plan/mistake.ts';
import { parsePlan } from '../../../lib/plan/read-plan.ts';
import { planText } from './plan-text.ts';

const people = 'notification: {emails: [a@shop.example], escalationEmails: [b@shop.example]}';

function mistakesIn(text: string): readonly string[] {
  try {
    parsePlan(`${planText()}\n${text}\n`, 'lifeboat.yaml');
  } catch (error) {
    if (error instanceof PlanError) return error.mistakes.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

describe('approval in a plan', () => {
  test('is read in seconds', () => {
    const approval = 'approval: {mode: approval, approvers: 2, remindAfter: 2m, escalateAfter: 4m, expireAfter: 8m}';
    expect(parsePlan(`${planText()}\n${approval}\n${people}\n`, 'lifeboat.yaml').approval).toEqual({
      mode: 'approval',
      approvers: 2,
      remindAfterSeconds: 120,
      escalateAfterSeconds: 240,
      expireAfterSeconds: 480,
    });
  });

  test.each([
    ['the escalation before the reminder', 'escalateAfter: 4m', /escalateAfter: the escalation after 4m would come/],
    ['a reminder after the escalation', 'remindAfter: 11m', /remindAfter: the escalation after 10m would come/],
    ['the end before the escalation', 'expireAfter: 9m', /expireAfter: the question would expire after 9m/],
    ['an end that leaves no time', 'expireAfter: 31m', /expireAfter: 31m of waiting would leave a failover/],
    ['a reminder at once', 'remindAfter: 0s', /remindAfter: a reminder can not come with the question/],
    ['three approvers', 'approvers: 3', /approvers/],
  ])('refuses %s', (_what, setting, message) => {
    const mistakes = mistakesIn(`approval: {mode: approval, ${setting}}\n${people}`);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toMatch(message);
  });

  test('wants somebody to ask, and somebody else when nobody answers', () => {
    expect(mistakesIn('approval: {mode: approval}')).toHaveLength(2);
    expect(mistakesIn('approval: {mode: approval}\nnotification: {emails: [a@shop.example]}')).toEqual([
      expect.stringContaining('when nobody answers, there is nobody else to ask'),
    ]);
    expect(mistakesIn(`approval: {mode: approval}\n${people}`)).toEqual([]);
    expect(mistakesIn('approval: {mode: manual}')).toEqual([]);
  });
});
