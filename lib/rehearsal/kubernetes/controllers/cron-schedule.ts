/** A cron expression of five fields (or a macro), as CronJobs take it; times are epoch milliseconds. */
export interface CronSchedule {
  /** The first time after `afterMs`, or undefined if there is none within five years. */
  next(afterMs: number): number | undefined;
  /** The last time at or before `beforeMs` and after `notBeforeMs`. */
  last(beforeMs: number, notBeforeMs: number): number | undefined;
}

const minuteMs = 60_000;
const macros: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

interface Fields {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly daysOfMonth: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly daysOfWeek: ReadonlySet<number>;
  /** With both day fields restricted a day matches either (crontab(5)). */
  readonly eitherDay: boolean;
}

/** Undefined if the expression or the time zone is not valid. */
export function parseSchedule(expression: string, timeZone = 'Etc/UTC'): CronSchedule | undefined {
  const parts = (macros[expression.trim()] ?? expression.trim()).split(/\s+/);
  if (parts.length !== 5) return undefined;
  const minutes = parseField(parts[0]!, 0, 59, []);
  const hours = parseField(parts[1]!, 0, 23, []);
  const daysOfMonth = parseField(parts[2]!, 1, 31, []);
  const monthSet = parseField(parts[3]!, 1, 12, months, 1);
  const daysOfWeek = parseField(parts[4]!, 0, 7, weekdays);
  const local = localTime(timeZone);
  if (!minutes || !hours || !daysOfMonth || !monthSet || !daysOfWeek || !local) return undefined;
  if (daysOfWeek.has(7)) daysOfWeek.add(0);
  const eitherDay = !/^[*?]/.test(parts[2]!) && !/^[*?]/.test(parts[4]!);
  const fields: Fields = { minutes, hours, daysOfMonth, months: monthSet, daysOfWeek, eitherDay };
  return {
    next: (afterMs) => {
      const limit = afterMs + 5 * 366 * 86_400_000;
      for (let at = Math.floor(afterMs / minuteMs) * minuteMs + minuteMs; at <= limit; at += step(fields, local(at), 1))
        if (matches(fields, local(at))) return at;
      return undefined;
    },
    last: (beforeMs, notBeforeMs) => {
      for (let at = Math.floor(beforeMs / minuteMs) * minuteMs; at > notBeforeMs; at -= step(fields, local(at), -1))
        if (matches(fields, local(at))) return at;
      return undefined;
    },
  };
}

interface LocalTime {
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
  readonly month: number;
  readonly weekday: number;
}

function localTime(timeZone: string): ((atMs: number) => LocalTime) | undefined {
  if (timeZone === 'Etc/UTC' || timeZone === 'UTC') return (atMs) => utc(atMs);
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    return (atMs) => {
      const part = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
      const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = part;
      return utc(Date.UTC(year, month - 1, day, hour, minute));
    };
  } catch {
    // RangeError: no such time zone.
    return undefined;
  }
}

function utc(atMs: number): LocalTime {
  const date = new Date(atMs);
  return {
    minute: date.getUTCMinutes(),
    hour: date.getUTCHours(),
    day: date.getUTCDate(),
    month: date.getUTCMonth() + 1,
    weekday: date.getUTCDay(),
  };
}

function dayMatches(fields: Fields, at: LocalTime): boolean {
  if (!fields.months.has(at.month)) return false;
  const ofMonth = fields.daysOfMonth.has(at.day);
  const ofWeek = fields.daysOfWeek.has(at.weekday);
  return fields.eitherDay ? ofMonth || ofWeek : ofMonth && ofWeek;
}

function matches(fields: Fields, at: LocalTime): boolean {
  return fields.minutes.has(at.minute) && fields.hours.has(at.hour) && dayMatches(fields, at);
}

/** How far the next candidate is: to the neighbouring hour where this hour or day can't match, else one minute. */
function step(fields: Fields, at: LocalTime, direction: 1 | -1): number {
  if (fields.hours.has(at.hour) && dayMatches(fields, at)) return minuteMs;
  return (direction === 1 ? 60 - at.minute : at.minute + 1) * minuteMs;
}

function parseField(
  text: string,
  from: number,
  to: number,
  names: readonly string[],
  offset = 0,
): Set<number> | undefined {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(\*|\?|[a-z0-9]+)(?:-([a-z0-9]+))?(?:\/(\d+))?$/i.exec(part);
    if (match === null) return undefined;
    const any = match[1] === '*' || match[1] === '?';
    const start = any ? from : fieldNumber(match[1]!, names, offset);
    const end =
      any || (match[3] !== undefined && match[2] === undefined)
        ? to
        : fieldNumber(match[2] ?? match[1]!, names, offset);
    const every = Number(match[3] ?? 1);
    if (!(start >= from && end <= to && start <= end && every > 0)) return undefined;
    for (let value = start; value <= end; value += every) values.add(value);
  }
  return values;
}

function fieldNumber(text: string, names: readonly string[], offset: number): number {
  const index = names.indexOf(text.toLowerCase());
  return index >= 0 ? index + offset : /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
