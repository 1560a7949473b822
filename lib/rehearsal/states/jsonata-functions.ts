import { createHash } from 'node:crypto';
import { RandomStream } from '../kernel/random-stream.ts';
import type { EvaluationWorld } from './jsonata-engine.ts';

interface StepFunction {
  readonly name: string;
  /** In the notation of the JSONata library. */
  readonly signature: string;
  readonly implementation: (world: EvaluationWorld, ...args: unknown[]) => unknown;
}

const hashNames: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** A bound of ours on what one `$range` may make. */
const maximumRange = 1_000_000;

function partition(items: readonly unknown[], size: number): unknown[][] {
  const step = Math.floor(size);
  if (!(step > 0)) throw new RangeError(`$partition: the chunk size must be a positive number, not ${size}`);
  const chunks: unknown[][] = [];
  for (let start = 0; start < items.length; start += step) chunks.push(items.slice(start, start + step));
  return chunks;
}

function range(first: number, last: number, step: number): number[] {
  if (step === 0) throw new RangeError('$range: the step must not be zero');
  const count = Math.floor((last - first) / step) + 1;
  if (count > maximumRange) throw new RangeError(`$range: more than ${maximumRange} elements`);
  return Array.from({ length: Math.max(0, count) }, (_, index) => first + index * step);
}

function hash(data: string, algorithm: string): string {
  const name = hashNames[algorithm];
  if (name === undefined) {
    throw new RangeError(`$hash: unknown algorithm ${algorithm}; one of ${Object.keys(hashNames).join(', ')}`);
  }
  return createHash(name).update(data, 'utf8').digest('hex');
}

/**
 * What Step Functions adds to JSONata; an undefined argument gives an undefined result, as with JSONata's own.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-step-functions
 */
export const stepFunctions: readonly StepFunction[] = [
  {
    name: 'partition',
    signature: '<an:a>',
    implementation: (_world, items, size) =>
      items === undefined || size === undefined ? undefined : partition(items as unknown[], size as number),
  },
  {
    name: 'range',
    signature: '<nnn:a>',
    implementation: (_world, ...bounds) =>
      bounds.includes(undefined) ? undefined : range(...(bounds as [number, number, number])),
  },
  {
    name: 'hash',
    signature: '<ss:s>',
    implementation: (_world, data, algorithm) =>
      data === undefined || algorithm === undefined ? undefined : hash(data as string, algorithm as string),
  },
  { name: 'uuid', signature: '<:s>', implementation: (world) => world.random.uuid() },
  {
    name: 'random',
    signature: '<n?:n>',
    implementation: (world, seed) =>
      seed === undefined ? world.random.next() : new RandomStream(`jsonata/${seed}`).next(),
  },
  {
    name: 'parse',
    signature: '<s:x>',
    implementation: (_world, text) => (text === undefined ? undefined : JSON.parse(text as string)),
  },
];
