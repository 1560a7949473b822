import { describe, expect, test } from '@jest/globals';
import { loadCase, runCase } from '../../../../lib/rehearsal/states/case-runner.ts';
import { errorGroups } from './cases/error-cases.ts';
import { fanOutGroups } from './cases/fan-out-cases.ts';
import { flowGroups } from './cases/flow-cases.ts';
import { jsonataGroups } from './cases/jsonata-cases.ts';

const groups = [...jsonataGroups, ...flowGroups, ...errorGroups, ...fanOutGroups];

test('the table holds at least 150 cases, each group with its source', () => {
  expect(groups.flatMap((group) => group.cases).length).toBeGreaterThanOrEqual(150);
  for (const group of groups) expect(group.source).toMatch(/^https:/);
});

describe.each(groups)('$topic', ({ cases }) => {
  test.each(cases)('$name', async ({ name, definition, input = {}, lambda = {}, expect: expected }) => {
    const aslCase = { name, definition, input, lambda };

    const result = await runCase(aslCase, loadCase(aslCase));

    const compared = Object.fromEntries(
      Object.keys(expected).map((member) => [member, Object(result)[member] as unknown]),
    );
    expect(compared).toEqual(expected);
  });
});
