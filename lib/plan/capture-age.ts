import type { Plan } from './plan.ts';

/** EventBridge Scheduler is precise to a minute, and so is the age of what it starts. */
const beatPrecisionSeconds = 60;

/** Older than this a capture breaks the platform's RPO: a failover would scale to counts that are no longer true. */
export function captureAgeLimitSeconds({ platform }: Pick<Plan, 'platform'>): number {
  return platform.rpoSeconds + beatPrecisionSeconds;
}
