import type { KubernetesObject } from '../plan/draft/kubernetes-object.ts';
import type { Plan } from '../plan/plan.ts';
import type { Bundles } from './aws/lambda/runtime/bundle.ts';
import type { Notification } from './measure/notification.ts';
import type { RehearsalResult } from './measure/result.ts';
import type { TroubledCalls } from './measure/troubled-calls.ts';
import type { JournalLine } from './report/journal-section.ts';
import type { Timeline } from './report/timeline.ts';
import type { Scenario } from './scenarios/scenario.ts';
import type { Assembly } from './templates/assembly.ts';
import type { TraceEntry } from './world/trace.ts';

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
  /** What the functions wrote down of it. */
  readonly journal: readonly JournalLine[];
  /** What the operators were told, with the texts. */
  readonly notifications: readonly Notification[];
  readonly troubledCalls: readonly TroubledCalls[];
  readonly lowerBoundSteps: readonly { readonly step: string; readonly seconds: number }[];
  /** What was taken for granted because neither plan nor manifests say it. */
  readonly assumptions: readonly string[];
}
