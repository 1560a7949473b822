import type { TraceEntry } from '../world/trace.ts';
import { isRefusal } from './call-counter.ts';

/** A function's run that ended with an error, asynchronous ones included. */
export interface FailedRun {
  readonly functionName: string;
  readonly region: string;
  readonly errorType: string;
  readonly errorMessage: string;
}

/** The first refused call and the first failed function of a rehearsal: where to look when nothing else says why. */
export class FirstTroubles {
  #denied: { readonly by: string; readonly message: string } | undefined;
  #failed: string | undefined;

  onCall({ caller, region, error }: TraceEntry): void {
    if (error === undefined || !isRefusal(error)) return;
    this.#denied ??= { by: `${caller} in ${region}`, message: error.message };
  }

  onFailedRun({ functionName, region, errorType, errorMessage }: FailedRun): void {
    // That something can't be reached is the fault's own doing.
    if (errorType === 'DependencyUnavailableError') return;
    this.#failed ??= `${functionName} in ${region}: ${errorType}: ${errorMessage}`;
  }

  /** For people; empty when all went well. */
  get sentences(): readonly string[] {
    const denied = this.#denied;
    // A function that fails of a refusal tells it already.
    const told = denied === undefined || this.#failed?.includes(denied.message) === true;
    return [
      ...(told ? [] : [`the first call that was denied: ${denied.by}: ${denied.message}`]),
      ...(this.#failed === undefined ? [] : [`the first function that failed: ${this.#failed}`]),
    ];
  }
}
