import { InputError } from '../../lib/plan/input-error.ts';

/** The value of --seed. Digits only: what Number() makes of "", "0x10" or "1e3" nobody meant as a seed. */
export function seedOf(text: string, option = '--seed'): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(seed)) return seed;
  throw new InputError(`${option} ${text === '' ? '""' : text}: must be a whole number, 0 or more`);
}

const mostSeeds = 1_000_000;

/** The value of --seeds: `A..B`, both included, or one seed. */
export function seedsOf(text: string): readonly number[] {
  const [first = '', last = first, ...rest] = text.split('..');
  const [from, to] = [seedOf(first, '--seeds'), seedOf(last, '--seeds')];
  if (rest.length > 0 || to < from)
    throw new InputError(`--seeds ${text}: write it like 1..100, the smaller one first`);
  if (to - from >= mostSeeds) throw new InputError(`--seeds ${text}: at most ${mostSeeds} at once`);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
