/** What became of one request, by the instant it was sent. */
export interface RequestOutcome {
  readonly sentAtMs: number;
  readonly succeeded: boolean;
}

/** The requests to one application (or the platform), in the order they were sent. */
export class RequestLog {
  readonly #outcomes: RequestOutcome[] = [];

  /** Answers come in any order; at most a time-out's worth of requests is out of place. */
  add(outcome: RequestOutcome): void {
    let index = this.#outcomes.length;
    while (index > 0 && (this.#outcomes[index - 1]?.sentAtMs ?? 0) > outcome.sentAtMs) index--;
    this.#outcomes.splice(index, 0, outcome);
  }

  get outcomes(): readonly RequestOutcome[] {
    return this.#outcomes;
  }
}
