import type { SignalKind } from './plan.ts';

/**
 * Where an observation is made. Signals of one vantage share what can fail them without the region being dead, so they
 * count once for the quorum: probes of the standby and the heartbeats that it gets travel the same path between the two
 * regions, and a cut of that path alone would otherwise be a disaster.
 */
export type Vantage = 'standby' | 'witness' | 'internet' | 'clients' | 'person';

export const vantageOf: Readonly<Record<SignalKind, Vantage>> = {
  'probe-standby': 'standby',
  'heartbeat-alarm': 'standby',
  'probe-witness': 'witness',
  'route53-checkers': 'internet',
  'application-alarm': 'clients',
  operator: 'person',
};

/** A person looks again within a quarter of an hour, or doesn't say any more what is the case. */
const operatorWordSeconds = 900;

/**
 * For how long a signal's last word holds without a new one. CloudWatch tells when an alarm changes and nothing in
 * between: what it said last holds until it says otherwise.
 */
export function wordHoldsSeconds(signal: SignalKind, missingAfterSeconds: number): number {
  switch (signal) {
    case 'heartbeat-alarm':
    case 'application-alarm':
      return Number.POSITIVE_INFINITY;
    case 'operator':
      return operatorWordSeconds;
    default:
      return missingAfterSeconds;
  }
}
