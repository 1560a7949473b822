import type { SlotResult } from '../../lib/detection/slots.ts';
import type { SignalKind } from '../../lib/plan/plan.ts';
import { beatSlots } from './beat.ts';
import { DependencyUnavailableError } from './errors.ts';
import { errorFields, type Log, type LogFields } from './log.ts';
import type { Runtime } from './runtime.ts';
import type { Invocation } from './task-handler.ts';
import { isTransientFailure } from './transient-failure.ts';

export interface SlotBook {
  take(slotMs: number, signal?: AbortSignal): Promise<SlotResult>;
  record(slotMs: number, outcome: string, signal?: AbortSignal): Promise<void>;
}

/** `Signal Observed` on the bus of the region that would take over. */
export interface ObservationDetail {
  readonly signal: SignalKind;
  readonly region: string;
  /** `unknown`: the observer itself has no data. */
  readonly state: 'healthy' | 'unhealthy' | 'unknown';
  readonly observedAt: string;
  readonly reason?: string;
}

export type Look = Pick<ObservationDetail, 'state' | 'reason'>;

export interface Observer {
  /** Name of the beat whose slots are taken. */
  readonly beat: string;
  readonly intervalSeconds: number;
  /** The region that is observed, and the one that is told. */
  readonly region: string;
  readonly reportTo: string;
  readonly signal: SignalKind;
  look(): Promise<Look>;
}

export interface ObserverDependencies {
  readonly runtime: Runtime;
  readonly log: Log;
  /** The slots of a beat, for one invocation. */
  slots(beat: string): SlotBook;
  report(toRegion: string, detail: ObservationDetail, signal: AbortSignal): Promise<void>;
}

export interface Observed {
  readonly slotsTaken: number;
  readonly unhealthySlots: number;
}

/** The outcome of a slot whose report nobody took. */
const undelivered = 'undelivered';

/** Every sixth slot of 10 s: once a minute an observer says that it is alive, also when all is well. */
const keepAliveSlots = 6;

type Dependencies = ObserverDependencies & Invocation;

/**
 * Looks at a region in every slot of a beat and reports what is not healthy, what is healthy again, and once a minute
 * that it is still looking. Throws the first failure at the end: an observer that gives up sees nothing.
 */
export async function observeInSlots(observer: Observer, dependencies: Dependencies): Promise<Observed> {
  const { runtime, signal, log } = dependencies;
  const { intervalSeconds } = observer;
  const watch: Watch = { observer, slots: dependencies.slots(observer.beat), isUndelivered: false };
  let slotsTaken = 0;
  let unhealthySlots = 0;
  const failures: unknown[] = [];
  for await (const slotMs of beatSlots({ intervalSeconds, runtime, signal })) {
    try {
      const slot = await watch.slots.take(slotMs, signal);
      if (!slot.taken) continue;
      slotsTaken++;
      const look = await observer.look();
      if (look.state === 'unhealthy') unhealthySlots++;
      await tell(slotMs, look, slot.previousOutcome, watch, dependencies);
    } catch (error) {
      // The next slot may go well; the failure is thrown at the end.
      log.warn('slot failed', { slot: new Date(slotMs).toISOString(), ...errorFields(error) });
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return { slotsTaken, unhealthySlots };
}

/** One invocation's watch. */
interface Watch {
  readonly observer: Observer;
  readonly slots: SlotBook;
  /** Said once until the bus hears again: a region is dead for hours, and every slot says the same. */
  isUndelivered: boolean;
}

async function tell(
  slotMs: number,
  { state, reason }: Look,
  previousOutcome: string | undefined,
  watch: Watch,
  dependencies: Dependencies,
): Promise<void> {
  const { observer, slots } = watch;
  const { intervalSeconds, region, reportTo, signal } = observer;
  const keepAlive = (slotMs / (intervalSeconds * 1000)) % keepAliveSlots === 0;
  // Not known what the slot before came to: better said once too often.
  const isNews = state !== 'healthy' || previousOutcome !== 'healthy' || keepAlive;
  let outcome: string = isNews ? undelivered : state;
  try {
    if (isNews) {
      const observedAt = new Date(slotMs).toISOString();
      const failure = await report(reportTo, { signal, region, state, observedAt, reason }, dependencies);
      if (failure === undefined) outcome = state;
      else if (!watch.isUndelivered) {
        dependencies.log.warn('observations not delivered', { toRegion: reportTo, ...failure });
      }
      watch.isUndelivered = failure !== undefined;
    }
  } finally {
    // Only after the report, and one that failed is made up for by the next slot. Where this write is lost, the next
    // keep-alive tells what has changed.
    if (outcome !== previousOutcome) await slots.record(slotMs, outcome, dependencies.signal);
  }
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
