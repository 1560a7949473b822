import type { Observation } from '../../lib/detection/signal-store.ts';
import { applicationAlarmNames, heartbeatAlarmName, peerRegion } from '../../lib/plan/names.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { InputOf } from '../shared/contract.ts';
import type { contract } from './contract.ts';

type Event = InputOf<typeof contract>;
type AlarmEvent = Extract<Event, { 'detail-type': 'CloudWatch Alarm State Change' }>;
export type AlarmValue = AlarmEvent['detail']['state']['value'];

export interface AlarmReader {
  /** State of each of these metric alarms that exists, by name. */
  statesOf(alarmNames: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, AlarmValue>>;
}

/** What an event says, and of which region; undefined for an alarm that is no signal. */
export async function observationOf(
  event: Event,
  plan: Plan,
  ownRegion: string,
  alarms: { readonly reader: AlarmReader; readonly signal: AbortSignal },
): Promise<{ region: string; observation: Observation } | undefined> {
  if (event['detail-type'] === 'Signal Observed') {
    const { signal, region, state, observedAt, reason } = event.detail;
    return { region, observation: { signal, state, observedAt: new Date(observedAt).toISOString(), reason } };
  }
  const { alarmName, state } = event.detail;
  const region = peerRegion(plan, ownRegion);
  const observedAt = alarmTime(state.timestamp, event.time);
  if (alarmName === heartbeatAlarmName(plan)) {
    const said = signalState(state.value);
    return {
      region,
      observation: { signal: 'heartbeat-alarm', state: said, observedAt, reason: `alarm is ${state.value}` },
    };
  }
  const names = applicationAlarmNames(plan);
  if (!Object.values(names).includes(alarmName)) return undefined;
  const said = await clientsSay(event, names, alarms);
  return { region, observation: { signal: 'application-alarm', observedAt, ...said } };
}

/** Without any data an alarm has nothing to say. The heartbeat alarm treats missing heartbeats as breaching. */
function signalState(value: AlarmValue): Observation['state'] {
  return value === 'OK' ? 'healthy' : value === 'ALARM' ? 'unhealthy' : 'unknown';
}

/**
 * A composite alarm is never INSUFFICIENT_DATA once it has been evaluated (API reference of PutCompositeAlarm): it calls
 * missing data of those that it joins OK. So unless it rings, they are asked themselves.
 */
async function clientsSay(
  { detail: { alarmName, state } }: AlarmEvent,
  names: ReturnType<typeof applicationAlarmNames>,
  { reader, signal }: { readonly reader: AlarmReader; readonly signal: AbortSignal },
): Promise<Pick<Observation, 'state' | 'reason'>> {
  if (alarmName === names.degraded && state.value === 'ALARM') return { state: 'unhealthy', reason: 'alarm is ALARM' };
  const states = await reader.statesOf([names.errors, names.latency], signal);
  const said = [...states.values()];
  const reason = [...states].map(([name, value]) => `${name} is ${value}`).join(', ');
  const worst = (['ALARM', 'INSUFFICIENT_DATA', 'OK'] as const).find((value) => said.includes(value));
  return { state: signalState(worst ?? 'INSUFFICIENT_DATA'), reason };
}

/** CloudWatch writes `2026-01-31T12:00:00.000+0000`, an offset without a colon, which not every parser takes. */
function alarmTime(timestamp: string, eventTime: string): string {
  const ms = Date.parse(timestamp.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return new Date(Number.isNaN(ms) ? Date.parse(eventTime) : ms).toISOString();
}
