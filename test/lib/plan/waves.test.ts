import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Application } from '../../../lib/plan/plan.ts';
import { chainLengths, waves } from '../../../lib/plan/waves.ts';
import { application } from './application.ts';

function names(applications: readonly Application[]): string[][] {
  return waves({ applications }).map((wave) => wave.map(({ name }) => name));
}

describe('waves', () => {
  test('put an application after everything it depends on, and keep the order of the plan', () => {
    const plan = [
      application('web', { dependsOn: ['orders', 'login'] }),
      application('orders', { dependsOn: ['bus'] }),
      application('login'),
      application('bus'),
      application('shop', { dependsOn: ['login'] }),
    ];
    expect(names(plan)).toEqual([['login', 'bus'], ['orders', 'shop'], ['web']]);
  });

  test('hold every application once, after its dependencies, whatever the graph', () => {
    const graph = fc.array(fc.array(fc.nat({ max: 30 }), { maxLength: 5 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(graph, (edges) => {
        // Edges lead to lower numbers only, so the graph has no cycle.
        const plan = edges.map((targets, index) =>
          application(`a${index}`, {
            dependsOn: targets.filter((target) => target < index).map((target) => `a${target}`),
          }),
        );
        const order = names(plan);
        const waveOf = new Map(order.flatMap((wave, index) => wave.map((name) => [name, index] as const)));
        expect(waveOf.size).toBe(plan.length);
        for (const { name, dependsOn } of plan) {
          for (const dependency of dependsOn) expect(waveOf.get(dependency)).toBeLessThan(waveOf.get(name) ?? -1);
        }
      }),
    );
  });

  test('of a cycle are refused with its members', () => {
    const plan = [application('a', { dependsOn: ['b'] }), application('b', { dependsOn: ['a'] }), application('c')];
    expect(() => names(plan)).toThrow('no order of recovery exists for a, b');
  });
});

test('the length of a chain counts an application and the most that come up after it, one after the other', () => {
  const applications = [
    application('leaf'),
    application('root'),
    application('left', { dependsOn: ['root'] }),
    application('right', { dependsOn: ['root'] }),
    application('top', { dependsOn: ['right', 'leaf'] }),
  ];
  expect(Object.fromEntries(chainLengths({ applications }))).toEqual({ leaf: 2, root: 3, left: 1, right: 2, top: 1 });
});
