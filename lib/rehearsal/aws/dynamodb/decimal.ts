import { validation } from './validation.ts';

/** coefficient × 10^exponent */
interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

const plainInteger = /^(?:0|-?[1-9]\d{0,14})$/;
const shape = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html (Number) */
const significantDigits = 38;
const largestExponent = 125;
const smallestExponent = -130;

/** A number as DynamoDB keeps it: no leading or trailing zeros, at most 38 digits. ValidationException otherwise. */
export function normalizeNumber(text: string): string {
  return plainInteger.test(text) ? text : format(parse(text));
}

export function compareNumbers(a: string, b: string): number {
  if (plainInteger.test(a) && plainInteger.test(b)) return Number(a) - Number(b);
  const [left, right] = align(parse(a), parse(b));
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Exact sum, or difference with `sign` -1. */
export function addNumbers(a: string, b: string, sign: 1 | -1 = 1): string {
  if (plainInteger.test(a) && plainInteger.test(b)) {
    const sum = Number(a) + sign * Number(b);
    if (Number.isSafeInteger(sum)) return String(sum === 0 ? 0 : sum);
  }
  const left = parse(a);
  const right = parse(b);
  const [x, y] = align(left, right);
  const exponent = Math.min(left.exponent, right.exponent);
  return format(reduce({ coefficient: x + BigInt(sign) * y, exponent }));
}

function align(a: Decimal, b: Decimal): [bigint, bigint] {
  const exponent = Math.min(a.exponent, b.exponent);
  return [a.coefficient * 10n ** BigInt(a.exponent - exponent), b.coefficient * 10n ** BigInt(b.exponent - exponent)];
}

function parse(text: string): Decimal {
  const match = shape.exec(text);
  const digits = `${match?.[2] ?? ''}${match?.[3] ?? ''}`;
  if (match === null || digits === '') {
    throw validation(`The parameter cannot be converted to a numeric value${text === '' ? '' : `: ${text}`}`);
  }
  const coefficient = BigInt(digits) * (match[1] === '-' ? -1n : 1n);
  return reduce({ coefficient, exponent: Number(match[4] ?? 0) - (match[3] ?? '').length });
}

function reduce(value: Decimal): Decimal {
  let { coefficient, exponent } = value;
  if (coefficient === 0n) return { coefficient, exponent: 0 };
  while (coefficient % 10n === 0n) {
    coefficient /= 10n;
    exponent += 1;
  }
  const digits = String(coefficient).replace('-', '').length;
  if (digits > significantDigits) throw validation('Attempting to store more than 38 significant digits in a Number');
  const magnitude = digits + exponent - 1;
  if (magnitude > largestExponent)
    throw validation('Number overflow. Attempting to store a number with magnitude larger than supported range');
  if (magnitude < smallestExponent)
    throw validation('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  return { coefficient, exponent };
}

function format({ coefficient, exponent }: Decimal): string {
  if (exponent >= 0) return `${coefficient}${'0'.repeat(exponent)}`;
  const sign = coefficient < 0n ? '-' : '';
  const digits = String(coefficient)
    .replace('-', '')
    .padStart(1 - exponent, '0');
  return `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}
