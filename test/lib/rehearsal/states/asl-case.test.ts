import { expect, test } from '@jest/globals';
import { InputError } from '../../../../lib/plan/input-error.ts';
import { parseCases } from '../../../../lib/rehearsal/states/asl-case.ts';

const definition = { StartAt: 'A', States: {} };

test('a file holds one case or an array of them; input and lambda may be left out', () => {
  const whole = { name: 'a', definition, input: [1], lambda: { f: [{ ok: null }, { timeout: true }] } };
  expect(parseCases(JSON.stringify(whole), 'f.json')).toEqual([whole]);
  expect(parseCases(JSON.stringify([{ name: 'b', definition }]), 'f.json')).toEqual([
    { name: 'b', definition, input: {}, lambda: {} },
  ]);
});

test.each([
  ['{ok}', { ok: { a: 1 } }],
  ['{error, message}', { error: 'E', message: 'm' }],
  ['{clientError, status, message}', { clientError: 'TooManyRequestsException', status: 429, message: 'm' }],
  ['{delay, ok}', { delay: 2, ok: 1 }],
  ['{token: {ok}}', { token: { ok: 1 } }],
  ['{token: {error, cause}}', { token: { error: 'E', cause: 'c' } }],
])('%s is an answer', (_name, answer) => {
  const [parsed] = parseCases(JSON.stringify({ name: 'a', definition, lambda: { f: [answer] } }), 'f.json');
  expect(parsed?.lambda.f).toEqual([answer]);
});

test.each([
  ['no JSON', '{', 'f.json: not JSON'],
  ['no object', '5', 'f.json: case'],
  ['no name', JSON.stringify({ definition }), 'f.json: name'],
  ['an unknown member', JSON.stringify({ name: 'a', definition, lambdas: {} }), 'lambdas'],
  ['an answer without content', JSON.stringify([{ name: 'a', definition, lambda: { f: [{}] } }]), '[0].lambda.f.0'],
  ['a function without answers', JSON.stringify({ name: 'a', definition, lambda: { f: [] } }), 'lambda.f'],
  ['a negative delay', JSON.stringify({ name: 'a', definition, lambda: { f: [{ ok: 1, delay: -1 }] } }), 'lambda.f.0'],
])('%s is refused with its place', (_name, text, told) => {
  expect(() => parseCases(text, 'f.json')).toThrow(InputError);
  expect(() => parseCases(text, 'f.json')).toThrow(told);
});
