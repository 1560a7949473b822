/** Seats of one priority level, and how many requests of one user may wait for one. */
export interface Crowding {
  readonly seats: number;
  readonly queuedPerUser: number;
}

/**
 * The level `global-default`, where requests of everybody go who is no node, controller or service account, as a role
 * with an access entry. Seats: --max-requests-inflight (400) plus --max-mutating-requests-inflight (200), of which it has
 * 20 of 245 shares. Queue: a user's requests are dealt to 6 queues of 50
 * (kubernetes/staging/src/k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap/default.go, 1.33). As one API server without the
 * seats it may borrow from other levels: EKS runs two at the least. EKS's own flags are unverified:
 * kubernetes.request-seats. Lists of more than a hundred objects take more than one seat; that is not simulated.
 */
export const globalDefault: Crowding = { seats: 49, queuedPerUser: 300 };

/** API Priority and Fairness for one level: requests run in seats, wait in their user's queue, or are refused. */
export class PriorityLevel {
  #crowding: Crowding = globalDefault;
  #running = 0;
  /** By user, in the order in which their turns come. */
  readonly #waiting = new Map<string, (() => void)[]>();

  /** Fault hook: how much of the level others leave from now on. */
  crowd(crowding: Crowding): void {
    this.#crowding = crowding;
  }

  /** Runs now or when a seat is free; whoever runs calls `leave` at the end. False: refused. */
  enter(user: string, run: () => void): boolean {
    const { seats, queuedPerUser } = this.#crowding;
    if (this.#running < seats) {
      this.#running++;
      run();
      return true;
    }
    const queue = this.#waiting.get(user) ?? [];
    if (queue.length >= queuedPerUser) return false;
    queue.push(run);
    this.#waiting.set(user, queue);
    return true;
  }

  leave(): void {
    this.#running--;
    while (this.#running < this.#crowding.seats) {
      const run = this.#next();
      if (run === undefined) return;
      this.#running++;
      run();
    }
  }

  /** Users in turn, so that none of them starves the others. */
  #next(): (() => void) | undefined {
    for (const [user, queue] of this.#waiting) {
      const run = queue.shift();
      this.#waiting.delete(user);
      if (queue.length > 0) this.#waiting.set(user, queue);
      return run;
    }
    return undefined;
  }
}
