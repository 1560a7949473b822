import type { Application, Plan } from '../../plan/plan.ts';
import type { Unrecoverable } from '../../plan/recoverability.ts';
import { waves } from '../../plan/waves.ts';
import type { ApplicationResult } from './result.ts';

/** What the clients and the stores of one application went through. */
export interface Measured {
  /** Undefined: not back within the rehearsal. */
  readonly rtoSeconds: number | undefined;
  readonly rpoSeconds: number;
  /** Why a request would fail at the end of the rehearsal; undefined if it wouldn't. */
  readonly refusal: string | undefined;
  /** How the failover ended, where it did not succeed; state, error and cause. */
  readonly ending?: string | undefined;
}

/** One row per application in the plan's order; whoever depends on one that isn't back isn't met either. */
export function applicationResults(
  plan: Plan,
  measured: (name: string) => Measured,
  unrecoverable: readonly Unrecoverable[],
): readonly ApplicationResult[] {
  const results = new Map<string, ApplicationResult>();
  waves(plan).forEach((members, index) => {
    for (const application of members) {
      const lost = unrecoverable.find((one) => one.application === application.name);
      results.set(application.name, resultOf(application, index + 1, measured(application.name), lost, results));
    }
  });
  return plan.applications.flatMap(({ name }) => results.get(name) ?? []);
}

function resultOf(
  application: Application,
  wave: number,
  measured: Measured,
  lost: Unrecoverable | undefined,
  before: ReadonlyMap<string, ApplicationResult>,
): ApplicationResult {
  const { rtoSeconds, rpoSeconds } = measured;
  const row = {
    name: application.name,
    wave,
    pattern: application.pattern,
    rtoTargetSeconds: application.rtoSeconds,
    rtoSeconds: rtoSeconds ?? null,
    rpoTargetSeconds: application.rpoSeconds,
    rpoSeconds,
  };
  const miss = lost ?? missOf(application, measured, before);
  return { ...row, met: miss === undefined, reason: miss?.reason ?? null, remedy: miss?.remedy ?? null };
}

function missOf(application: Application, measured: Measured, before: ReadonlyMap<string, ApplicationResult>) {
  const { rtoSeconds, rpoSeconds, refusal, ending } = measured;
  const broken = application.dependsOn.filter((name) => before.get(name)?.rtoSeconds === null);
  if (rtoSeconds === undefined && broken.length > 0) {
    return {
      reason: `its clients did not recover: it depends on ${broken.join(', ')}`,
      remedy: `make ${broken.join(', ')} recoverable`,
    };
  }
  if (rtoSeconds === undefined) {
    return {
      reason: `its clients did not recover${refusal === undefined ? '' : `: ${refusal}`}`,
      remedy:
        ending === undefined
          ? 'read the report’s timeline from the fault on: the last step before the silence is the one to mend'
          : `mend what ended the failover, ${ending}`,
    };
  }
  if (rtoSeconds > application.rtoSeconds) {
    return {
      reason: `back after ${Math.round(rtoSeconds)} s, the target is ${application.rtoSeconds} s`,
      remedy: 'shorten the critical path (a standby share above 0, a shorter confirmation) or allow a longer rto',
    };
  }
  if (rpoSeconds > application.rpoSeconds) {
    return {
      reason: `lost ${rpoSeconds.toFixed(1)} s of acknowledged writes, the target is ${application.rpoSeconds} s`,
      remedy: 'replicate with a shorter lag or allow a longer rpo',
    };
  }
  return undefined;
}
