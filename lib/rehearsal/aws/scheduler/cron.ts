import { InputError } from '../../../plan/input-error.ts';

interface FieldSpec {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
/** Months and weekdays count from 1; Sunday is the first day. */
const specs: readonly FieldSpec[] = [
  { name: 'minutes', least: 0, most: 59 },
  { name: 'hours', least: 0, most: 23 },
  { name: 'day-of-month', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12, names: months },
  { name: 'day-of-week', least: 1, most: 7, names: weekdays },
  { name: 'year', least: 1970, most: 2199 },
];

const dayMs = 86_400_000;
const minuteMs = 60_000;

/**
 * The six fields of a cron expression, in UTC. `L`, `W` and `#` are refused by name.
 * @returns the first matching minute after a time, in epoch milliseconds
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
export function parseCron(text: string): (afterMs: number) => number | undefined {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== specs.length) {
    throw new InputError(`cron(${text}): needs six fields (${specs.map((spec) => spec.name).join(' ')})`);
  }
  if ((fields[2] === '?') === (fields[4] === '?')) {
    throw new InputError(`cron(${text}): exactly one of day-of-month and day-of-week is ?`);
  }
  const [minutes, hours, daysOfMonth, monthSet, daysOfWeek, years] = fields.map((field, index) =>
    parseField(text, field, specs[index]!),
  ) as [Set<number>, Set<number>, Set<number>, Set<number>, Set<number>, Set<number>];
  const lastYear = Math.max(...years);
  const dayMatches = (date: Date): boolean =>
    years.has(date.getUTCFullYear()) &&
    monthSet.has(date.getUTCMonth() + 1) &&
    daysOfMonth.has(date.getUTCDate()) &&
    daysOfWeek.has(date.getUTCDay() + 1);
  return (afterMs) => {
    const from = (Math.floor(afterMs / minuteMs) + 1) * minuteMs;
    for (let day = Math.floor(from / dayMs) * dayMs; new Date(day).getUTCFullYear() <= lastYear; day += dayMs) {
      if (!dayMatches(new Date(day))) continue;
      const time = firstTimeOfDay(day, from, hours, minutes);
      if (time !== undefined) return time;
    }
    return undefined;
  };
}

function firstTimeOfDay(
  dayStartMs: number,
  fromMs: number,
  hours: Set<number>,
  minutes: Set<number>,
): number | undefined {
  for (let minute = 0; minute < 1440; minute++) {
    const time = dayStartMs + minute * minuteMs;
    if (time >= fromMs && hours.has(Math.floor(minute / 60)) && minutes.has(minute % 60)) return time;
  }
  return undefined;
}

function parseField(text: string, field: string, spec: FieldSpec): Set<number> {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(\*|\?|[A-Za-z0-9]+)(?:-([A-Za-z0-9]+))?(?:\/(\d+))?$/.exec(part);
    if (match === null) throw new InputError(`cron(${text}): not simulated: ${spec.name} ${part}`);
    const all = match[1] === '*' || match[1] === '?';
    const from = all ? spec.least : number(text, match[1]!, spec);
    const open = all || match[3] !== undefined;
    const to = match[2] === undefined ? (open ? spec.most : from) : number(text, match[2], spec);
    const step = Number(match[3] ?? 1);
    if (from > to || step < 1) throw new InputError(`cron(${text}): ${spec.name} ${part} matches nothing`);
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return values;
}

function number(text: string, word: string, spec: FieldSpec): number {
  const named = spec.names?.indexOf(word.toUpperCase()) ?? -1;
  const value = named >= 0 ? named + spec.least : /^\d+$/.test(word) ? Number(word) : Number.NaN;
  if (value >= spec.least && value <= spec.most) return value;
  throw new InputError(
    `cron(${text}): ${spec.name} ${word} is not simulated or not from ${spec.least} to ${spec.most}`,
  );
}
