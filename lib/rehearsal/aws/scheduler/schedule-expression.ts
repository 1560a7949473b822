import { InputError } from '../../../plan/input-error.ts';
import { parseCron } from './cron.ts';

/** The start of the first minute after `afterMs` in which a schedule fires; undefined when there is none. Epoch milliseconds. */
export type NextMinute = (afterMs: number) => number | undefined;

export const minuteMs = 60_000;
const unitMinutes: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };

/**
 * `rate(5 minutes)` from the minute of creation on, `cron(0 12 * * ? *)` and `at(2026-11-21T12:00:00)` in UTC.
 * InputError for anything else.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function parseScheduleExpression(expression: string, createdMs: number): NextMinute {
  const rate = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression);
  if (rate !== null) return parseRate(expression, rate, createdMs);
  const cron = /^cron\((.+)\)$/.exec(expression)?.[1];
  if (cron !== undefined) return parseCron(cron);
  const at = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/.exec(expression)?.[1];
  const atMs = at === undefined ? Number.NaN : Date.parse(`${at}Z`);
  if (Number.isNaN(atMs)) {
    throw new InputError(
      `schedule expression ${expression}: must be rate(N minutes|hours|days), cron(…) or at(yyyy-mm-ddThh:mm:ss)`,
    );
  }
  const onlyMs = Math.floor(atMs / minuteMs) * minuteMs;
  return (afterMs) => (onlyMs > afterMs ? onlyMs : undefined);
}

function parseRate(expression: string, match: RegExpExecArray, createdMs: number): NextMinute {
  const count = Number(match[1]);
  const plural = match[3] === 's';
  if (count < 1 || plural !== count > 1) {
    throw new InputError(`schedule expression ${expression}: write rate(1 minute), rate(5 minutes)`);
  }
  const stepMs = count * (unitMinutes[match[2]!] ?? 1) * minuteMs;
  const firstMs = Math.ceil(createdMs / minuteMs) * minuteMs;
  return (afterMs) => {
    const steps = Math.max(0, Math.floor((afterMs - firstMs) / stepMs) + 1);
    return firstMs + steps * stepMs;
  };
}
