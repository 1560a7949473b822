import type { Observation } from '../../lib/detection/signal-store.ts';
import { heartbeatAlarmName, peerRegion } from '../../lib/plan/names.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { InputOf } from '../shared/contract.ts';
import type { contract } from './contract.ts';

/** What an event says, and of which region; undefined for an alarm that is no signal. */
export function observationOf(
  event: InputOf<typeof contract>,
  plan: Plan,
  ownRegion: string,
): { region: string; observation: Observation } | undefined {
  if (event['detail-type'] === 'Signal Observed') {
    const { signal, region, state, observedAt, reason } = event.detail;
    return { region, observation: { signal, state, observedAt: new Date(observedAt).toISOString(), reason } };
  }
  const { alarmName, state } = event.detail;
  if (alarmName !== heartbeatAlarmName(plan)) return undefined;
  return {
    region: peerRegion(plan, ownRegion),
    observation: {
      signal: 'heartbeat-alarm',
      // The alarm treats missing heartbeats as breaching; without any data it has nothing to say.
      state: state.value === 'OK' ? 'healthy' : state.value === 'ALARM' ? 'unhealthy' : 'unknown',
      observedAt: alarmTime(state.timestamp, event.time),
      reason: `alarm is ${state.value}`,
    },
  };
}

/** CloudWatch writes `2026-01-31T12:00:00.000+0000`, an offset without a colon, which not every parser takes. */
function alarmTime(timestamp: string, eventTime: string): string {
  const ms = Date.parse(timestamp.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return new Date(Number.isNaN(ms) ? Date.parse(eventTime) : ms).toISOString();
}
