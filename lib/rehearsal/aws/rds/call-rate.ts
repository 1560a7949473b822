import { AwsServiceError } from '../service.ts';

/** RDS throttles by account and region and names no figures: these are unverified, rds.throttling. */
const callsPerSecond = 20;
const burst = 60;

/** A bucket that empties with every call and fills with time. */
export class CallRate {
  #calls = burst;
  #filledAtMs = 0;

  /** Throws the error that RDS answers with when it is called too often. */
  take(nowMs: number): void {
    this.#calls = Math.min(burst, this.#calls + ((nowMs - this.#filledAtMs) / 1000) * callsPerSecond);
    this.#filledAtMs = nowMs;
    if (this.#calls < 1) throw new AwsServiceError('Throttling', 'Rate exceeded');
    this.#calls -= 1;
  }
}
