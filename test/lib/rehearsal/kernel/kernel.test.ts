import { describe, expect, test } from '@jest/globals';
import { Kernel } from '../../../../lib/rehearsal/kernel/kernel.ts';
import { quiesce } from '../../../../lib/rehearsal/kernel/quiesce.ts';

function newKernel(seed = 1): Kernel {
  return new Kernel({ seed, startMs: 1000, quiesce });
}

describe('events', () => {
  test('run in order of time, and those of one instant in order of scheduling', async () => {
    const kernel = newKernel();
    const seen: string[] = [];
    for (const [delayMs, name] of [
      [30, 'c'],
      [10, 'a'],
      [20, 'b1'],
      [20, 'b2'],
      [5, 'first'],
    ] as const) {
      kernel.after(delayMs, name, () => seen.push(`${kernel.nowMs} ${name}`));
    }
    await kernel.run();
    expect(seen).toEqual(['1005 first', '1010 a', '1020 b1', '1020 b2', '1030 c']);
  });

  test('a thousand events at random times come out sorted', async () => {
    const kernel = newKernel();
    const seen: number[] = [];
    for (let i = 0; i < 1000; i++) kernel.after(kernel.random('x').integer(0, 500), 'e', () => seen.push(kernel.nowMs));
    await kernel.run();
    expect(seen).toHaveLength(1000);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  test('of processes run after those of services at the same instant, ordered by process and not by who came first', async () => {
    const kernel = newKernel();
    const seen: string[] = [];
    kernel.after(10, 'z', () => seen.push('process z'), 'z');
    kernel.after(10, 'a', () => seen.push('process a'), 'a');
    kernel.after(10, 'service', () => seen.push('service'));
    await kernel.run();
    expect(seen).toEqual(['service', 'process a', 'process z']);
  });

  test('that were cancelled never run, and cancelling one that ran does nothing', async () => {
    const kernel = newKernel();
    const seen: string[] = [];
    const ran = kernel.after(1, 'ran', () => seen.push('ran'));
    kernel.after(2, 'gone', () => seen.push('gone')).cancel();
    await kernel.run();
    ran.cancel();
    expect(seen).toEqual(['ran']);
  });

  test('asked for in the past run now', async () => {
    const kernel = newKernel();
    const timer = kernel.at(5, 'late', () => {});
    expect(timer.atMs).toBe(1000);
    await kernel.run();
    expect(kernel.nowMs).toBe(1000);
  });
});

describe('run', () => {
  test('ends at the given instant with later events left for the next run', async () => {
    const kernel = newKernel();
    const seen: number[] = [];
    for (const delayMs of [10, 20, 30]) kernel.after(delayMs, 'e', () => seen.push(kernel.nowMs));
    await kernel.run(1020);
    expect(seen).toEqual([1010, 1020]);
    await kernel.run(1025);
    expect(kernel.nowMs).toBe(1025);
    await kernel.run();
    expect(seen).toEqual([1010, 1020, 1030]);
  });

  test('ends when it is stopped from an event, without moving the clock on', async () => {
    const kernel = newKernel();
    kernel.after(10, 'stop', () => kernel.stop());
    kernel.after(20, 'later', () => expect('this').toBe('not run'));
    await kernel.run(5000);
    expect(kernel.nowMs).toBe(1010);
  });

  test('rejects with what an event throws', async () => {
    const kernel = newKernel();
    kernel.after(10, 'broken', () => {
      throw new Error('the world is broken');
    });
    await expect(kernel.run()).rejects.toThrow('the world is broken');
  });
});

describe('asynchronous code', () => {
  test('comes to rest before time goes on', async () => {
    const kernel = newKernel();
    const seen: string[] = [];
    kernel.after(10, 'start', () => {
      kernel.awaitQuiescence();
      void (async () => {
        for (let turn = 0; turn < 50; turn++) await Promise.resolve();
        seen.push(`async at ${kernel.nowMs}`);
      })();
    });
    kernel.after(11, 'next', () => seen.push('next'));
    await kernel.run();
    expect(seen).toEqual(['async at 1010', 'next']);
  });

  test('has its requests of one instant carried out by caller and number, never by arrival', async () => {
    const kernel = newKernel();
    const seen: string[] = [];
    kernel.after(10, 'start', () => {
      for (const [caller, number] of [
        ['b', 0],
        ['a', 1],
        ['c', 0],
        ['a', 0],
      ] as const) {
        kernel.submit(caller, number, () => seen.push(`${caller}${number}`));
      }
    });
    await kernel.run();
    expect(seen).toEqual(['a0', 'a1', 'b0', 'c0']);
  });

  test('may submit again while it settles', async () => {
    const kernel = newKernel();
    const seen: string[] = [];
    kernel.submit('a', 0, () => {
      seen.push('first');
      kernel.submit('a', 1, () => seen.push('second'));
    });
    await kernel.run();
    expect(seen).toEqual(['first', 'second']);
  });
});

describe('random streams', () => {
  test('of one name are the same stream, of one seed the same values, of other names and seeds others', () => {
    const kernel = newKernel(7);
    expect(kernel.random('a')).toBe(kernel.random('a'));
    expect(kernel.random('a').hex(16)).toBe(newKernel(7).random('a').hex(16));
    expect(kernel.random('b').hex(16)).not.toBe(newKernel(7).random('a').hex(16));
    expect(newKernel(8).random('a').hex(16)).not.toBe(newKernel(7).random('a').hex(16));
  });
});
