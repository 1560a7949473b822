import { peerRegion } from './names.ts';
import type { DnsName, Plan, TrafficMode } from './plan.ts';

/** A name and the host that it is to point at. */
export interface NameTarget {
  readonly name: string;
  readonly target: string;
  readonly ttlSeconds: number;
}

/** The names of one hosted zone that are moved by changing their records. */
export interface ZoneNames {
  readonly hostedZoneId: string;
  readonly zone: string;
  readonly names: readonly NameTarget[];
}

export type RoutingControlState = 'On' | 'Off';

/** Names of the plan in this mode, each once, in the plan's order. */
export function namesInMode(plan: Pick<Plan, 'applications'>, mode: TrafficMode): readonly DnsName[] {
  const found = new Map<string, DnsName>();
  for (const dns of plan.applications.flatMap((application) => application.dns)) {
    if (dns.traffic === mode && !found.has(dns.name)) found.set(dns.name, dns);
  }
  return [...found.values()];
}

/** Zones whose records have to change so that `region` serves. */
export function zonesToChange(plan: Plan, region: string): readonly ZoneNames[] {
  const zones = new Map<string, { zone: string; names: NameTarget[] }>();
  for (const { name, zone, targets, ttlSeconds } of namesInMode(plan, 'record-change')) {
    const target = targets[region];
    if (target === undefined) continue;
    const entry = zones.get(zone.hostedZoneId) ?? { zone: zone.name, names: [] };
    zones.set(zone.hostedZoneId, entry);
    entry.names.push({ name, target, ttlSeconds });
  }
  return [...zones].map(([hostedZoneId, entry]) => ({ hostedZoneId, ...entry }));
}

/** States of the plan's routing controls, by ARN, with which `region` serves and the other one doesn't. */
export function routingControlStates(plan: Plan, region: string): ReadonlyMap<string, RoutingControlState> {
  const states = new Map<string, RoutingControlState>();
  for (const { routingControls = {} } of namesInMode(plan, 'routing-control')) {
    const [own, other] = [routingControls[region], routingControls[peerRegion(plan, region)]];
    if (own !== undefined) states.set(own, 'On');
    if (other !== undefined) states.set(other, 'Off');
  }
  return states;
}
