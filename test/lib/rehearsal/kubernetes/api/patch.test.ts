import { describe, expect, test } from '@jest/globals';
import { jsonPatch, mergePatch, strategicMerge } from '../../../../../lib/rehearsal/kubernetes/api/patch.ts';

describe('a JSON patch', () => {
  const document = { a: [1, 2, 3], b: { c: 'd' } };

  test.each([
    [[{ op: 'add', path: '/a/-', value: 4 }], { a: [1, 2, 3, 4], b: { c: 'd' } }],
    [[{ op: 'add', path: '/a/0', value: 0 }], { a: [0, 1, 2, 3], b: { c: 'd' } }],
    [[{ op: 'remove', path: '/a/1' }], { a: [1, 3], b: { c: 'd' } }],
    [[{ op: 'replace', path: '/a/1', value: 9 }], { a: [1, 9, 3], b: { c: 'd' } }],
    [[{ op: 'remove', path: '/b/c' }], { a: [1, 2, 3], b: {} }],
    [[{ op: 'copy', from: '/b', path: '/e' }], { a: [1, 2, 3], b: { c: 'd' }, e: { c: 'd' } }],
    [[{ op: 'move', from: '/b/c', path: '/f' }], { a: [1, 2, 3], b: {}, f: 'd' }],
    [[{ op: 'replace', path: '', value: 'all' }], 'all'],
  ])('%j changes a copy', (patch, expected) => {
    expect(jsonPatch(document, patch)).toEqual(expected);
    expect(document).toEqual({ a: [1, 2, 3], b: { c: 'd' } });
  });
});

describe('a merge patch', () => {
  test('replaces what is no object and drops null', () => {
    expect(mergePatch('text', { a: { b: null, c: 1 } })).toEqual({ a: { c: 1 } });
    expect(mergePatch({ a: [1] }, { a: [2] })).toEqual({ a: [2] });
    expect(mergePatch({ a: 1 }, 7)).toBe(7);
  });
});

describe('a strategic merge patch', () => {
  test('matches lists by their key, unites finalizers, replaces the rest', () => {
    const target = {
      finalizers: ['a'],
      args: ['x'],
      ports: [{ containerPort: 80, name: 'http' }],
      volumes: [{ name: 'v', emptyDir: {} }],
    };
    const patch = {
      finalizers: ['b'],
      args: ['y'],
      ports: [{ containerPort: 80, name: 'web' }, { containerPort: 81 }],
      volumes: [{ name: 'v', $patch: 'replace' }, { name: 'w' }],
    };
    expect(strategicMerge(target, patch)).toEqual({
      finalizers: ['a', 'b'],
      args: ['y'],
      ports: [{ containerPort: 80, name: 'web' }, { containerPort: 81 }],
      volumes: [{ name: 'w' }],
    });
  });

  test('knows the ports of a Service by port, and drops null members', () => {
    const target = { ports: [{ port: 80, targetPort: 8080 }], type: 'ClusterIP' };
    expect(strategicMerge(target, { ports: [{ port: 80, targetPort: 9090 }], type: null })).toEqual({
      ports: [{ port: 80, targetPort: 9090 }],
    });
  });

  test('replaces an object that says so', () => {
    expect(strategicMerge({ s: { a: 1, b: 2 } }, { s: { $patch: 'replace', c: 3 } })).toEqual({ s: { c: 3 } });
  });
});
