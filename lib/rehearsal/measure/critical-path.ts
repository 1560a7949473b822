/** The end of a step of the run, in virtual time. */
export interface Mark {
  readonly step: string;
  readonly atMs: number;
}

/** How long each step of the run took, in the order of their ends; what remains until `endMs` is the last step's. */
export function criticalPath(
  marks: readonly Mark[],
  faultMs: number,
  endMs: number,
  lastStep: string,
): readonly { readonly step: string; readonly seconds: number }[] {
  const path: { step: string; seconds: number }[] = [];
  let beforeMs = faultMs;
  for (const { step, atMs } of [...marks].sort((a, b) => a.atMs - b.atMs)) {
    // What happened before the fault, or after the recovery, held nothing up.
    if (atMs <= beforeMs || atMs > endMs) continue;
    path.push({ step, seconds: rounded(atMs - beforeMs) });
    beforeMs = atMs;
  }
  if (endMs > beforeMs) path.push({ step: lastStep, seconds: rounded(endMs - beforeMs) });
  return path;
}

function rounded(ms: number): number {
  return Math.round(ms) / 1000;
}
