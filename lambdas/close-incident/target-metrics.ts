import { platformName } from '../../lib/cluster/scope.ts';
import type { ExecutionRecord, RecoveryRecord } from '../../lib/evidence/journal-details.ts';
import type { Metrics } from '../shared/metrics.ts';

/**
 * What an execution that recovered reached of each promise, and how many promises it missed. One that was held has
 * reached nothing yet, and its page says so.
 */
export function recordTargets(record: ExecutionRecord, metrics: Metrics): void {
  if (record.outcome !== 'recovered') return;
  const rows: readonly (RecoveryRecord & { readonly name: string })[] = [
    { ...record.platform, name: platformName },
    ...record.applications,
  ];
  for (const { name, rtoSeconds, rtoTargetSeconds, rpoSeconds, rpoTargetSeconds } of rows) {
    metrics.record(
      {
        RtoTargetSeconds: rtoTargetSeconds,
        RpoTargetSeconds: rpoTargetSeconds,
        ...(rtoSeconds !== null && { RtoSeconds: rtoSeconds }),
        ...(rpoSeconds !== null && { RpoSeconds: rpoSeconds }),
      },
      { Application: name },
    );
  }
  metrics.record({
    RtoMissed: rows.filter((row) => row.rtoSeconds === null || row.rtoSeconds > row.rtoTargetSeconds).length,
    RpoMissed: rows.filter((row) => row.rpoSeconds === null || row.rpoSeconds > row.rpoTargetSeconds).length,
  });
}
