/**
 * Metrics that Lifeboat's functions write of themselves in embedded metric format, in the namespace of names.ts, each
 * in the region in which the function runs. All have the dimension Estate.
 */
export const ownMetrics = {
  /** 1: a beat did its duty; 0: it failed. By Beat. */
  Beats: 'Count',
  /** In the standby region: age of the oldest capture that it was told. */
  CaptureAgeSeconds: 'Seconds',
  /** Of an execution that recovered: applications (and the platform) that missed the target. */
  RtoMissed: 'Count',
  RpoMissed: 'Count',
  /** What an execution reached, and what the plan promises. By Application. */
  RtoSeconds: 'Seconds',
  RtoTargetSeconds: 'Seconds',
  RpoSeconds: 'Seconds',
  RpoTargetSeconds: 'Seconds',
} as const;

export type OwnMetric = keyof typeof ownMetrics;

/** What tells the metrics of one estate apart. */
export interface OwnDimensions {
  /** Name of the schedule without the estate: `probe-eu-west-1`, `renew-lease`. */
  readonly Beat?: string;
  /** Name of the application, or `platform`. */
  readonly Application?: string;
}

/** Schedule of the probe of a region, without the estate. */
export function probeBeat(targetRegion: string): string {
  return `probe-${targetRegion}`;
}
