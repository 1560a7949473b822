import { expect, test } from '@jest/globals';
import { type TraceEntry, TraceWriter } from '../../../../lib/rehearsal/world/trace.ts';

const entry: TraceEntry = {
  atMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  caller: 'lambda:f@eu-west-1#1',
  region: 'eu-west-1',
  service: 'dynamodb',
  operation: 'PutItem',
  input: {},
};

function written(changes: Partial<TraceEntry>, seed = 1): Record<string, unknown> {
  return JSON.parse(new TraceWriter(seed).line({ ...entry, ...changes })) as Record<string, unknown>;
}

test('a line has its members in the documented order, and those of inputs sorted', () => {
  const line = new TraceWriter(1).line({ ...entry, input: { b: 1, a: { d: 1, c: [2] } }, output: {} });
  expect(line).toBe(
    '{"t":"2026-01-02T03:04:05.678Z","caller":"lambda:f@eu-west-1#1","region":"eu-west-1","service":"dynamodb","operation":"PutItem","input":{"a":{"c":[2],"d":1},"b":1},"output":{}}',
  );
});

test('dates are ISO 8601, bytes base64, big integers text, and what is undefined or a function is left out', () => {
  const input = { at: new Date(0), bytes: Uint8Array.of(1, 2, 3), big: 12n, none: undefined, run: () => 1, nil: null };
  expect(written({ input }).input).toEqual({ at: '1970-01-01T00:00:00.000Z', bytes: 'AQID', big: '12', nil: null });
});

test('an error stands in place of the output', () => {
  const error = { name: 'ResourceNotFoundException', message: 'no table' };
  const line = written({ error });
  expect(line.error).toEqual(error);
  expect(line).not.toHaveProperty('output');
});

test('sensitive members are keyed hashes: the same for equal values and one seed, never the value', () => {
  const secret = { service: 'sfn', operation: 'StartExecution', input: { input: '{"password":"hunter2"}', name: 'n' } };
  const first = written(secret);
  expect(first.input).toEqual({ input: expect.stringMatching(/^hmac-sha256:[0-9a-f]{64}$/), name: 'n' });
  expect(written(secret)).toEqual(first);
  expect(written(secret, 2).input).not.toEqual(first.input);
  expect(JSON.stringify(written({ service: 'kms', output: { Plaintext: Uint8Array.of(7) } }))).toContain(
    'hmac-sha256:',
  );
});

test('bodies of Secrets and authorization headers are hashed, other Kubernetes bodies are not', () => {
  const input = { path: '/api/v1/namespaces/a/secrets/db', body: 'c2VjcmV0', headers: { Authorization: 'Bearer x' } };
  const text = JSON.stringify(written({ service: 'kubernetes', operation: 'GET', input }));
  expect(text).not.toContain('c2VjcmV0');
  expect(text).not.toContain('Bearer');
  const other = { path: '/api/v1/namespaces/a/configmaps/db', body: 'plain' };
  expect(written({ service: 'kubernetes', input: other }).input).toEqual(other);
});
