import { expect, test } from '@jest/globals';
import { recordTargets } from '../../../lambdas/close-incident/target-metrics.ts';
import type { ExecutionRecord, RecoveryRecord } from '../../../lib/evidence/journal-details.ts';
import { FakeMetrics } from '../shared/fake-metrics.ts';

function reached(rtoSeconds: number | null, rpoSeconds: number | null): RecoveryRecord {
  return {
    rtoTargetSeconds: 600,
    rtoSeconds,
    rpoTargetSeconds: 60,
    rpoSeconds,
    rpoBasis: 'unknown',
    met: false,
    reason: '',
    remedy: '',
  };
}

function record(changes: Partial<ExecutionRecord> = {}): ExecutionRecord {
  return {
    executionArn: 'arn:execution',
    incidentId: 'incident',
    outcome: 'recovered',
    disasterAt: '2026-03-01T12:00:00.000Z',
    startedAt: '2026-03-01T12:01:00.000Z',
    closedAt: '2026-03-01T12:05:00.000Z',
    platform: reached(200, 60),
    applications: [
      { name: 'web', ...reached(600, 0) },
      { name: 'ledger', ...reached(601, null) },
      { name: 'lost', ...reached(null, 61) },
    ],
    ...changes,
  };
}

test('what was reached is written beside its target, and what was missed or is unknown counts', () => {
  const metrics = new FakeMetrics();
  recordTargets(record(), metrics);
  expect(metrics.records).toContainEqual({
    values: { RtoTargetSeconds: 600, RpoTargetSeconds: 60, RtoSeconds: 601 },
    dimensions: { Application: 'ledger' },
  });
  expect(metrics.records.map(({ dimensions }) => dimensions.Application)).toEqual([
    'platform',
    'web',
    'ledger',
    'lost',
    undefined,
  ]);
  expect(metrics.records.at(-1)?.values).toEqual({ RtoMissed: 2, RpoMissed: 2 });
});

test('an execution that was held or aborted has reached nothing yet', () => {
  const metrics = new FakeMetrics();
  recordTargets(record({ outcome: 'held' }), metrics);
  recordTargets(record({ outcome: 'aborted' }), metrics);
  expect(metrics.records).toEqual([]);
});
