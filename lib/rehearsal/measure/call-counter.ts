import type { TraceEntry } from '../world/trace.ts';
import type { RehearsalResult } from './result.ts';

/** How services word a refusal, and Kubernetes' 401 and 403. */
const refusals = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationErrorException',
  'Forbidden',
  'Unauthorized',
]);

export function isRefusal(error: { readonly name: string }): boolean {
  return refusals.has(error.name);
}

/** Counts what the trace would hold. */
export class CallCounter {
  readonly #byService = new Map<string, number>();
  #total = 0;
  #denied = 0;

  onCall({ service, error }: TraceEntry): void {
    this.#total++;
    this.#byService.set(service, (this.#byService.get(service) ?? 0) + 1);
    if (error !== undefined && isRefusal(error)) this.#denied++;
  }

  get counts(): RehearsalResult['calls'] {
    const byService = [...this.#byService].sort(([a], [b]) => (a < b ? -1 : 1));
    return { total: this.#total, denied: this.#denied, byService: Object.fromEntries(byService) };
  }
}
