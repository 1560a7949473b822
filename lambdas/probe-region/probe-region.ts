import type { Plan } from '../../lib/plan/plan.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import { ContractViolationError } from '../shared/errors.ts';
import { type Look, type ObserverDependencies, observeInSlots } from '../shared/observer.ts';
import type { Invocation } from '../shared/task-handler.ts';
import { isErrorLike } from '../shared/thrown.ts';
import type { contract } from './contract.ts';

export interface ProbeRegionDependencies extends ObserverDependencies {
  readonly plan: Plan;
  /** HTTP status of a GET; rejects when there is no answer. */
  get(url: string, signal: AbortSignal): Promise<number>;
}

type Dependencies = ProbeRegionDependencies & Invocation;

export async function probeRegion(
  input: InputOf<typeof contract>,
  dependencies: Dependencies,
): Promise<OutputOf<typeof contract>> {
  const { probe } = dependencies.plan.detection;
  const urls = probe.urls[input.targetRegion];
  if (urls === undefined || urls.length === 0) {
    throw new ContractViolationError(`the plan names no probe URLs for ${input.targetRegion} (detection.probe.urls)`);
  }
  const observer = {
    beat: `probe#${input.targetRegion}`,
    intervalSeconds: probe.intervalSeconds,
    region: input.targetRegion,
    reportTo: input.reportTo,
    signal: input.signal,
    look: () => askAll(urls, dependencies),
  };
  return observeInSlots(observer, dependencies);
}

async function askAll(urls: readonly string[], dependencies: Dependencies): Promise<Look> {
  const { plan, runtime, signal } = dependencies;
  const { slowAfterSeconds = Number.POSITIVE_INFINITY } = plan.detection.probe;
  const askedMs = runtime.nowMs();
  const deadline = runtime.deadline(plan.detection.probe.timeoutSeconds * 1000, signal);
  try {
    const answers = await Promise.all(
      urls.map(async (url) => {
        try {
          const status = await dependencies.get(url, deadline.signal);
          const tookSeconds = (runtime.nowMs() - askedMs) / 1000;
          const isSlow = tookSeconds > slowAfterSeconds;
          const said = `${new URL(url).host}: HTTP ${status}${isSlow ? ` after ${tookSeconds.toFixed(1)} s` : ''}`;
          return { alive: status < 500 && !isSlow, said };
        } catch (error) {
          return { alive: false, said: `${new URL(url).host}: ${isErrorLike(error) ? error.name : 'no answer'}` };
        }
      }),
    );
    if (answers.some((answer) => answer.alive)) return { state: 'healthy' };
    return { state: 'unhealthy', reason: answers.map((answer) => answer.said).join(', ') };
  } finally {
    deadline.release();
  }
}
