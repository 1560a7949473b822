import { InputError } from '../../lib/plan/input-error.ts';

/** The value of --seed. Digits only: what Number() makes of "", "0x10" or "1e3" nobody meant as a seed. */
export function seedOf(text: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(seed)) return seed;
  throw new InputError(`--seed ${text === '' ? '""' : text}: must be a whole number, 0 or more`);
}
