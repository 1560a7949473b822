/** `+5:30` after the fault, `−0:20` before it. */
export function clockText(seconds: number): string {
  const whole = Math.abs(Math.round(seconds));
  return `${seconds < 0 ? '−' : '+'}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** Distance of the marks of a time axis, for at most 14 of them. */
export function axisStepSeconds(spanMs: number): number {
  return [10, 30, 60, 120, 300, 600].find((step) => spanMs / 1000 / step <= 14) ?? 1800;
}
