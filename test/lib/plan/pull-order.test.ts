import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pullOrder } from '../../../lib/plan/pull-order.ts';
import { application } from './application.ts';

test('images of the slowest chain come first, then those of the chain that is the slowest without their pulls', () => {
  const applications = [
    application('leaf'),
    application('root'),
    application('beside', { dependsOn: ['root'] }),
    application('top', { dependsOn: ['root'] }),
  ];
  const seconds = new Map(Object.entries({ leaf: 9, root: 10, beside: 5, top: 8 }));
  // root → top is 28 s with its pulls; then root → beside is 20 s, and leaf 14 s.
  expect(pullOrder(applications, seconds)).toEqual(['root', 'top', 'beside', 'leaf']);
  // What has been chosen counts without its pull: leaf's 21 s come before the 20 s of root → beside.
  expect(pullOrder(applications, new Map([...seconds, ['leaf', 16]]))).toEqual(['root', 'top', 'leaf', 'beside']);
  // Slow enough it is a chain of its own.
  expect(pullOrder(applications, new Map([...seconds, ['leaf', 40]]))[0]).toBe('leaf');
});

test('what isn’t known to take any time is asked for all the same, each once', () => {
  const graph = fc.array(fc.array(fc.nat(20), { maxLength: 3 }), { maxLength: 20 });
  fc.assert(
    fc.property(graph, (edges) => {
      const name = (index: number) => `a${index}`;
      const applications = edges.map((to, index) =>
        application(name(index), { dependsOn: [...new Set(to.filter((one) => one < index).map(name))] }),
      );
      expect([...pullOrder(applications, new Map())].sort()).toEqual(applications.map((one) => one.name).sort());
    }),
  );
});
