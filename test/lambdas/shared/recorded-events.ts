import type { IncidentEvents } from '../../../lambdas/shared/incident-events.ts';

/** A bus that keeps what was put on it. */
export class RecordedEvents implements IncidentEvents {
  readonly announced: { readonly type: string; readonly detail: object }[] = [];

  async announce(type: string, detail: object): Promise<void> {
    this.announced.push({ type, detail });
  }
}
