import type { SlotResult } from '../../lib/detection/slots.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { beatSlots } from '../shared/beat.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import { ContractViolationError, DependencyUnavailableError } from '../shared/errors.ts';
import { errorFields, type Log, type LogFields } from '../shared/log.ts';
import type { Runtime } from '../shared/runtime.ts';
import type { Invocation } from '../shared/task-handler.ts';
import { isErrorLike } from '../shared/thrown.ts';
import { isTransientFailure } from '../shared/transient-failure.ts';
import type { contract } from './contract.ts';

export interface SlotBook {
  take(slotMs: number, signal?: AbortSignal): Promise<SlotResult>;
  record(slotMs: number, outcome: string, signal?: AbortSignal): Promise<void>;
}

export interface ObservationDetail {
  readonly signal: string;
  readonly region: string;
  readonly state: 'healthy' | 'unhealthy';
  readonly observedAt: string;
  readonly reason?: string;
}

export interface ProbeRegionDependencies {
  readonly plan: Plan;
  readonly runtime: Runtime;
  readonly log: Log;
  /** The slots of a beat, for one invocation. */
  slots(beat: string): SlotBook;
  /** HTTP status of a GET; rejects when there is no answer. */
  get(url: string, signal: AbortSignal): Promise<number>;
  report(toRegion: string, detail: ObservationDetail, signal: AbortSignal): Promise<void>;
}

/** The outcome of a slot whose report nobody took. */
const undelivered = 'undelivered';

/** Every sixth slot of 10 s: once a minute an observer says that it is alive, also when all is well. */
const keepAliveSlots = 6;

type Dependencies = ProbeRegionDependencies & Invocation;

export async function probeRegion(
  input: InputOf<typeof contract>,
  dependencies: Dependencies,
): Promise<OutputOf<typeof contract>> {
  const { plan, runtime, signal, log } = dependencies;
  const urls = plan.detection.probe.urls[input.targetRegion];
  if (urls === undefined || urls.length === 0) {
    throw new ContractViolationError(`the plan names no probe URLs for ${input.targetRegion} (detection.probe.urls)`);
  }
  const slots = dependencies.slots(`probe#${input.targetRegion}`);
  let slotsTaken = 0;
  let unhealthySlots = 0;
  const failures: unknown[] = [];
  let isUndelivered = false;
  const { intervalSeconds } = plan.detection.probe;
  for await (const slotMs of beatSlots({ intervalSeconds, runtime, signal })) {
    try {
      const slot = await slots.take(slotMs, signal);
      if (!slot.taken) continue;
      slotsTaken++;
      const { state, reason } = await probe(urls, dependencies);
      if (state === 'unhealthy') unhealthySlots++;
      const keepAlive = (slotMs / (intervalSeconds * 1000)) % keepAliveSlots === 0;
      // Not known what the slot before came to: better said once too often.
      const isNews = state === 'unhealthy' || slot.previousOutcome !== 'healthy' || keepAlive;
      let outcome: string = isNews ? undelivered : state;
      try {
        if (isNews) {
          const observedAt = new Date(slotMs).toISOString();
          const detail = { signal: input.signal, region: input.targetRegion, state, observedAt, reason };
          const failure = await report(input.reportTo, detail, dependencies);
          if (failure === undefined) outcome = state;
          // Once until the bus hears again: a region is dead for hours, and every slot says the same.
          else if (!isUndelivered) log.warn('observations not delivered', { toRegion: input.reportTo, ...failure });
          isUndelivered = failure !== undefined;
        }
      } finally {
        // Only after the report, and one that failed is made up for by the next slot. Where this write is lost, the next
        // keep-alive tells what has changed.
        if (outcome !== slot.previousOutcome) await slots.record(slotMs, outcome, signal);
      }
    } catch (error) {
      // The next slot may go well, and an observer that gives up sees nothing; the failure is thrown at the end.
      log.warn('slot failed', { slot: new Date(slotMs).toISOString(), ...errorFields(error) });
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return { slotsTaken, unhealthySlots };
}

/** Why the bus could not be reached: its region may be the one that is dead, and that is no failure of the observer. */
async function report(
  toRegion: string,
  detail: ObservationDetail,
  dependencies: Dependencies,
): Promise<LogFields | undefined> {
  try {
    await dependencies.report(toRegion, detail, dependencies.signal);
    return undefined;
  } catch (error) {
    if (!(error instanceof DependencyUnavailableError) && !isTransientFailure(error)) throw error;
    return errorFields(error);
  }
}

async function probe(
  urls: readonly string[],
  dependencies: Dependencies,
): Promise<{ state: 'healthy' | 'unhealthy'; reason?: string }> {
  const { plan, runtime, signal } = dependencies;
  const deadline = runtime.deadline(plan.detection.probe.timeoutSeconds * 1000, signal);
  try {
    const answers = await Promise.all(
      urls.map(async (url) => {
        try {
          const status = await dependencies.get(url, deadline.signal);
          return { alive: status < 500, said: `${new URL(url).host}: HTTP ${status}` };
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
