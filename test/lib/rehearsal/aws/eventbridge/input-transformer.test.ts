import { describe, expect, test } from '@jest/globals';
import {
  compileInputPath,
  compileTransformer,
} from '../../../../../lib/rehearsal/aws/eventbridge/input-transformer.ts';

const event = {
  'detail-type': 'X',
  time: '2026-11-21T06:00:00Z',
  resources: ['a', 'b'],
  detail: { text: 'say "hi"', object: { n: 1 } },
};
const context = { ruleArn: 'arn:rule', ruleName: 'watch' };
const InputPathsMap = {
  text: '$.detail.text',
  object: '$.detail.object',
  none: '$.detail.none',
  type: '$.detail-type',
};

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
describe('an input transformer', () => {
  test.each<[string, string]>([
    ['{"a": <text>, "b": <object>}', '{"a": "say \\"hi\\"", "b": {"n":1}}'],
    ['{"a": "it says <text>: <object>"}', '{"a": "it says say \\"hi\\": {\\"n\\":1}"}'],
    ['"<type> is \\"quoted\\" here: <none>."', '"X is \\"quoted\\" here: ."'],
    ['{"gone": <none>}', '{"gone": ""}'],
    [
      '"<aws.events.rule-name> <aws.events.rule-arn> <aws.events.event.ingestion-time>"',
      '"watch arn:rule 2026-11-21T06:00:00Z"',
    ],
    ['<aws.events.event.json>', JSON.stringify(event)],
    ['{"e": <aws.events.event>}', `{"e": ${JSON.stringify(event)}}`],
  ])('%s', (InputTemplate, expected) => {
    expect(compileTransformer({ InputPathsMap, InputTemplate }, context)(event)).toBe(expected);
  });

  test('a name that nobody defined is refused', () => {
    expect(() => compileTransformer({ InputTemplate: '"<who>"' }, context)).toThrow('<who> is not in InputPathsMap');
  });
});

describe('an input path', () => {
  test.each<[string, unknown]>([
    ['$', event],
    ['$.detail.object.n', 1],
    ['$.resources[1]', 'b'],
    ["$['detail-type']", 'X'],
    ['$.detail.text.deeper', undefined],
  ])('%s', (path, expected) => {
    expect(compileInputPath(path)(event)).toEqual(expected);
  });

  test.each(['detail', '$.a[*]', '$..a', '$.a[?(@.b)]'])('%s is refused', (path) => {
    expect(() => compileInputPath(path)).toThrow(`not simulated: input path ${path}`);
  });
});
