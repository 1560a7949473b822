import type { KubernetesObject } from '../plan/draft/kubernetes-object.ts';
import type { Plan } from '../plan/plan.ts';
import type { Bundles } from './aws/lambda/runtime/bundle.ts';
import { Kernel } from './kernel/kernel.ts';
import { quiesce } from './kernel/quiesce.ts';
import type { RehearsalResult } from './measure/result.ts';
import { RehearsalRun } from './rehearsal-run.ts';
import type { Timeline } from './report/timeline.ts';
import type { Scenario } from './scenarios/scenario.ts';
import type { Assembly } from './templates/assembly.ts';
import type { TraceEntry } from './world/trace.ts';

/** A Monday morning, when a bank is busy. Virtual time starts here whatever the day. */
export const startMs = Date.UTC(2026, 0, 5, 9);

export interface RehearsalOptions {
  readonly plan: Plan;
  /** Manifests of what runs in the active region. */
  readonly objects: readonly KubernetesObject[];
  readonly assembly: Assembly;
  readonly scenario: Scenario;
  readonly seed: number;
  /** The assembly's state machines passed AWS's checks before; they aren't made again. */
  readonly definitionsChecked?: boolean;
  /** The functions' compiled code, which earlier rehearsals may have left and later ones may use. */
  readonly bundles?: Bundles;
  /** Gets every call that reaches the world. */
  readonly onCall?: (entry: TraceEntry) => void;
  /** Told of each step, with the virtual seconds since the fault (negative before it). */
  readonly onProgress?: (step: string, virtualSeconds: number) => void;
  /** Ends the rehearsal early; `rehearse` then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface Rehearsal {
  readonly result: RehearsalResult;
  readonly timeline: Timeline;
  readonly lowerBoundSteps: readonly { readonly step: string; readonly seconds: number }[];
  /** What was taken for granted because neither plan nor manifests say it. */
  readonly assumptions: readonly string[];
}

/**
 * Runs one scenario on the templates' own functions and state machines in a simulated AWS.
 * Throws InputError for what can't be rehearsed; the same options give the same calls in the same order.
 */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsal> {
  const kernel = new Kernel({ seed: options.seed, startMs, quiesce });
  const run = new RehearsalRun(kernel, options);
  await run.deploy();
  await run.warmUp();
  await run.disaster();
  options.bundles?.keepCode();
  return run.measure();
}
