/** Days, hours, minutes, seconds, in this order, each at most once: `30s`, `15m`, `1h30m`, `1d`. */
export const durationPattern = /^(?=\d)(\d{1,6}d)?(\d{1,6}h)?(\d{1,6}m)?(\d{1,6}s)?$/;

const secondsPerUnit = { d: 86_400, h: 3_600, m: 60, s: 1 } as const;

/** Whole seconds that `text` stands for; undefined where it isn't a duration. */
export function parseDuration(text: string): number | undefined {
  const match = durationPattern.exec(text);
  if (!match) return undefined;
  let seconds = 0;
  for (const part of match.slice(1)) {
    if (part === undefined) continue;
    const unit = part.at(-1) as keyof typeof secondsPerUnit;
    seconds += Number(part.slice(0, -1)) * secondsPerUnit[unit];
  }
  return seconds;
}

/** The shortest duration a person would write for `seconds`: 5400 is `1h30m`, 0 is `0s`. */
export function formatDuration(seconds: number): string {
  let rest = Math.round(seconds);
  let text = '';
  for (const [unit, length] of Object.entries(secondsPerUnit)) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) text += `${count}${unit}`;
  }
  return text === '' ? '0s' : text;
}
