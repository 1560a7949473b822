import { z } from 'zod';
import { roundTripMs } from '../../network/distance.ts';
import type { Internet } from '../../network/internet.ts';
import type { AuthoritativeAnswer, NameAuthority, NameQuestion } from '../../network/name-authority.ts';
import { parseInput, unknownOperation } from '../operation-input.ts';
import {
  type AwsService,
  AwsServiceError,
  type IamDemand,
  type ResourceProvider,
  type ServiceCall,
  type WorldParts,
} from '../service.ts';
import { ApiThrottle } from './api-throttle.ts';
import { applyChanges, changeContext, changeInput, conflicts } from './change-batch.ts';
import { EndpointHealth, type HealthCheckConfiguration } from './health-check.ts';
import { type AnswerSources, HostedZone } from './hosted-zone.ts';
import { listInput, pageOf } from './record-listing.ts';
import { normalName, type RecordSet, recordSetKey } from './record-set.ts';
import { healthCheckProvider, recordSetProvider } from './resources.ts';
import { membersOf } from './routing-policy.ts';

/** "Changes generally propagate to all Route 53 name servers within 60 seconds" (API reference, ChangeResourceRecordSets). */
const slowestPropagationMs = 60_000;
const fastestPropagationMs = 10_000;
/** From a checker's verdict to the name servers: "within seconds" is all that AWS says. Unverified: route-53.health-delay. */
const healthToNameServersMs = { from: 1000, to: 4000 };

interface HealthCheck {
  readonly id: string;
  readonly configuration: HealthCheckConfiguration;
  readonly endpoint?: EndpointHealth;
  /** As the name servers know it, before inversion. */
  servedHealthy: boolean;
}

interface ChangeInfo {
  readonly id: string;
  readonly submittedAtMs: number;
  readonly inSyncAtMs: number;
}

/** How a name's answer changed, by what its zone's name servers say from now on. */
export interface HealthTransition {
  readonly atMs: number;
  readonly healthCheckId: string;
  readonly healthy: boolean;
  /** Names whose records hang on the check. */
  readonly names: readonly string[];
}

export interface Route53Options extends Pick<WorldParts, 'kernel'> {
  readonly internet: Internet;
  /** Address of a host of AWS that an alias record may point to. */
  readonly addressOfHost: (hostName: string) => string | undefined;
  /** State of ARC's routing controls; without it there are none. */
  readonly routingControls?: RoutingControlStates;
  /** How long a batch of a zone is being processed. */
  readonly batchMs?: number;
}

/** What health checks of type RECOVERY_CONTROL follow. */
export interface RoutingControlStates {
  /** Undefined: there is no such control. */
  isOn(routingControlArn: string): boolean | undefined;
  onChange(listener: (routingControlArn: string) => void): void;
}

/**
 * Route 53: a global service whose control plane sits in us-east-1 and whose data plane (name servers, health
 * checkers) depends on no region.
 */
export class Route53Service implements AwsService, NameAuthority {
  readonly name = 'route-53';
  readonly resources: readonly ResourceProvider[];
  readonly #options: Route53Options;
  readonly #zones = new Map<string, HostedZone>();
  /** The control plane's view, ahead of the name servers while a change propagates. */
  readonly #intended = new Map<string, ReadonlyMap<string, RecordSet>>();
  readonly #healthChecks = new Map<string, HealthCheck>();
  readonly #changes = new Map<string, ChangeInfo>();
  /** By zone: number of the newest change that its name servers know. */
  readonly #servedChange = new Map<string, number>();
  readonly #listeners: ((transition: HealthTransition) => void)[] = [];
  /** By asker's place and region: drawn once. */
  readonly #latencies = new Map<string, number>();
  readonly #throttle: ApiThrottle;

  constructor(options: Route53Options) {
    this.#options = options;
    this.resources = [recordSetProvider(this), healthCheckProvider(this)];
    this.#throttle = new ApiThrottle(options.kernel, options.batchMs);
    options.routingControls?.onChange((arn) => this.#controlChanged(arn));
  }

  /** A zone that exists before the deployment; the same id again changes nothing. */
  defineZone(id: string, name: string): void {
    if (this.#zones.has(id)) return;
    this.#zones.set(id, new HostedZone(id, name, this.#options.kernel.random(`route-53/${id}`)));
    this.#intended.set(id, new Map());
  }

  zoneByName(name: string): HostedZone | undefined {
    return [...this.#zones.values()].find((zone) => zone.name === normalName(name));
  }

  zone(id: string): HostedZone | undefined {
    return this.#zones.get(id);
  }

  /** As a deployment creates it: in the name servers at once, because the rehearsal starts after the deployment. */
  createRecordSet(zone: HostedZone, record: RecordSet): void {
    const existing = this.#intended.get(zone.id)?.get(recordSetKey(record));
    if (existing !== undefined) {
      throw new AwsServiceError(
        'InvalidChangeBatch',
        `record set ${recordSetKey(record)} exists already in zone ${zone.name}`,
      );
    }
    const [fault] = conflicts(new Map(zone.records).set(recordSetKey(record), record));
    if (fault !== undefined) throw new AwsServiceError('InvalidChangeBatch', `[${fault}]`);
    zone.put(record);
    this.#intended.set(zone.id, new Map(zone.records));
  }

  createHealthCheck(id: string, configuration: HealthCheckConfiguration): void {
    const { kernel, internet } = this.#options;
    const check: HealthCheck = {
      id,
      configuration,
      servedHealthy: configuration.kind !== 'routing-control' || this.#isOn(configuration.routingControlArn),
      ...(configuration.kind === 'endpoint' && {
        endpoint: new EndpointHealth({
          kernel,
          internet,
          id,
          check: configuration,
          onChange: (now) => this.#serve(id, now),
        }),
      }),
    };
    this.#healthChecks.set(id, check);
  }

  hasRoutingControl(arn: string): boolean {
    return this.#options.routingControls?.isOn(arn) !== undefined;
  }

  hasHealthCheck(id: string): boolean {
    return this.#healthChecks.has(id);
  }

  /** As the name servers take it; a check that doesn't exist any more counts as healthy. */
  healthy(healthCheckId: string): boolean {
    const check = this.#healthChecks.get(healthCheckId);
    if (check === undefined) return true;
    const { configuration } = check;
    const plain =
      configuration.kind !== 'calculated'
        ? check.servedHealthy
        : configuration.children.filter((child) => this.healthy(child)).length >= configuration.threshold;
    return configuration.inverted ? !plain : plain;
  }

  onHealthTransition(listener: (transition: HealthTransition) => void): void {
    this.#listeners.push(listener);
  }

  serversFor(name: string): readonly string[] | undefined {
    return this.#zoneOf(normalName(name))?.nameServers.map((server) => server.address);
  }

  addressOf(hostName: string): string | undefined {
    for (const zone of this.#zones.values()) {
      const server = zone.nameServers.find((one) => one.hostName === normalName(hostName));
      if (server !== undefined) return server.address;
    }
    return undefined;
  }

  ask({ serverAddress, name, type, from }: NameQuestion): AuthoritativeAnswer | undefined {
    const zone = this.#zoneOf(normalName(name));
    if (zone === undefined || zone.nameServers.every((server) => server.address !== serverAddress)) return undefined;
    return zone.answer(normalName(name), type, this.#sourcesFor(from));
  }

  #sourcesFor(place: string): AnswerSources {
    const { kernel, addressOfHost } = this.#options;
    return {
      healthy: (id) => this.healthy(id),
      addressOfHost,
      // A stream for each place, so that a question from one changes no answer that another gets.
      chance: () => kernel.random(`route-53/answers/${place}`).next(),
      latencyMs: (region) => this.#latencyMs(place, region),
    };
  }

  /**
   * Route 53 goes by its own measurements of the resolver's network. Ours are the distances of the map, and for those who are
   * near everything (outside AWS) a difference that stays: unverified (route-53.latency-of-networks).
   */
  #latencyMs(place: string, region: string): number {
    const known = this.#latencies.get(`${place}/${region}`);
    if (known !== undefined) return known;
    const spread = this.#options.kernel.random(`route-53/latency/${place}/${region}`).between(0.95, 1.05);
    const latencyMs = roundTripMs(place, region) * spread;
    this.#latencies.set(`${place}/${region}`, latencyMs);
    return latencyMs;
  }

  demands(call: ServiceCall): readonly IamDemand[] {
    const zoneId = String(call.input.HostedZoneId ?? call.input.Id ?? '').replace('/hostedzone/', '');
    const zoneArn = `arn:aws:route53:::hostedzone/${zoneId}`;
    switch (call.operation) {
      case 'ChangeResourceRecordSets':
        return [{ action: 'route53:ChangeResourceRecordSets', resource: zoneArn, context: changeContext(call.input) }];
      case 'ListResourceRecordSets':
      case 'GetHostedZone':
        return [{ action: `route53:${call.operation}`, resource: zoneArn }];
      case 'GetChange':
        return [
          {
            action: 'route53:GetChange',
            resource: `arn:aws:route53:::change/${String(call.input.Id).replace('/change/', '')}`,
          },
        ];
      case 'GetHealthCheckStatus':
        return [
          {
            action: 'route53:GetHealthCheckStatus',
            resource: `arn:aws:route53:::healthcheck/${String(call.input.HealthCheckId)}`,
          },
        ];
      default:
        throw unknownOperation('route-53', call.operation);
    }
  }

  invoke(call: ServiceCall): Record<string, unknown> {
    this.#throttle.take(call);
    switch (call.operation) {
      case 'ChangeResourceRecordSets':
        return this.#change(call);
      case 'ListResourceRecordSets':
        return this.#list(call);
      case 'GetHostedZone':
        return this.#getZone(call);
      case 'GetChange':
        return this.#getChange(call);
      case 'GetHealthCheckStatus':
        return this.#status(call);
      default:
        throw unknownOperation('route-53', call.operation);
    }
  }

  #change(call: ServiceCall): Record<string, unknown> {
    const input = parseInput(this.name, call, changeInput);
    const zone = this.#existingZone(input.HostedZoneId);
    const records = applyChanges(zone, this.#intended.get(zone.id) ?? new Map(), input.ChangeBatch.Changes);
    this.#intended.set(zone.id, records);
    const { kernel } = this.#options;
    const random = kernel.random('route-53');
    const delayMs = random.between(fastestPropagationMs, slowestPropagationMs);
    const id = `C${random.hex(13).toUpperCase()}`;
    const change = { id, submittedAtMs: kernel.nowMs, inSyncAtMs: kernel.nowMs + delayMs };
    this.#changes.set(id, change);
    const number = this.#changes.size;
    kernel.after(delayMs, 'route 53 propagation', () => {
      // A later batch may have overtaken this one and holds it already: what is served never goes back.
      if (number <= (this.#servedChange.get(zone.id) ?? 0)) return;
      this.#servedChange.set(zone.id, number);
      zone.replaceAll(records);
    });
    return { ChangeInfo: this.#changeInfo(change) };
  }

  #list(call: ServiceCall): Record<string, unknown> {
    const input = parseInput(this.name, call, listInput);
    const zone = this.#existingZone(input.HostedZoneId);
    const { page, next } = pageOf([...(this.#intended.get(zone.id)?.values() ?? [])], input);
    return {
      ResourceRecordSets: page.map((record) => ({
        Name: `${record.name}.`,
        Type: record.type,
        ...(record.setIdentifier !== undefined && { SetIdentifier: record.setIdentifier }),
        ...membersOf(record.routing),
        ...(record.healthCheckId !== undefined && { HealthCheckId: record.healthCheckId }),
        ...(record.alias === undefined
          ? { TTL: record.ttlSeconds, ResourceRecords: record.values.map((Value) => ({ Value })) }
          : {
              AliasTarget: {
                DNSName: record.alias.dnsName,
                HostedZoneId: record.alias.hostedZoneId,
                EvaluateTargetHealth: record.alias.evaluateTargetHealth,
              },
            }),
      })),
      IsTruncated: next !== undefined,
      ...(next !== undefined && {
        NextRecordName: `${next.name}.`,
        NextRecordType: next.type,
        ...(next.setIdentifier !== undefined && { NextRecordIdentifier: next.setIdentifier }),
      }),
      MaxItems: input.MaxItems,
    };
  }

  #getZone(call: ServiceCall): Record<string, unknown> {
    const zone = this.#existingZone(parseInput(this.name, call, z.strictObject({ Id: z.string() })).Id);
    return {
      HostedZone: { Id: `/hostedzone/${zone.id}`, Name: `${zone.name}.`, Config: { PrivateZone: false } },
      DelegationSet: { NameServers: zone.nameServers.map((server) => server.hostName) },
    };
  }

  #getChange(call: ServiceCall): Record<string, unknown> {
    const id = parseInput(this.name, call, z.strictObject({ Id: z.string() })).Id.replace('/change/', '');
    const change = this.#changes.get(id);
    if (change === undefined)
      throw new AwsServiceError('NoSuchChange', `A change with the specified change ID ${id} does not exist.`, 404);
    return { ChangeInfo: this.#changeInfo(change) };
  }

  #status(call: ServiceCall): Record<string, unknown> {
    const id = parseInput(this.name, call, z.strictObject({ HealthCheckId: z.string() })).HealthCheckId;
    const check = this.#healthChecks.get(id);
    if (check === undefined) {
      throw new AwsServiceError('NoSuchHealthCheck', `A health check with id ${id} does not exist.`, 404);
    }
    return {
      HealthCheckObservations: (check.endpoint?.observations ?? []).map(({ place, healthy }) => ({
        Region: place.replace('checker-', ''),
        StatusReport: { Status: healthy ? 'Success' : 'Failure' },
      })),
    };
  }

  #changeInfo(change: ChangeInfo): Record<string, unknown> {
    return {
      Id: `/change/${change.id}`,
      Status: this.#options.kernel.nowMs >= change.inSyncAtMs ? 'INSYNC' : 'PENDING',
      SubmittedAt: new Date(change.submittedAtMs),
    };
  }

  #serve(id: string, healthy: boolean): void {
    const { kernel } = this.#options;
    const delayMs = kernel.random('route-53').between(healthToNameServersMs.from, healthToNameServersMs.to);
    kernel.after(delayMs, 'route 53 health state', () => {
      const check = this.#healthChecks.get(id);
      if (check === undefined) return;
      const { configuration, endpoint } = check;
      check.servedHealthy =
        configuration.kind === 'routing-control'
          ? this.#isOn(configuration.routingControlArn)
          : (endpoint?.healthy ?? healthy);
      const transition = { atMs: kernel.nowMs, healthCheckId: id, healthy: this.healthy(id), names: this.#namesOn(id) };
      for (const listener of this.#listeners) listener(transition);
    });
  }

  #namesOn(healthCheckId: string): string[] {
    const records = [...this.#zones.values()].flatMap((zone) => [...zone.records.values()]);
    return [...new Set(records.filter((one) => one.healthCheckId === healthCheckId).map(({ name }) => name))];
  }

  #isOn(routingControlArn: string): boolean {
    return this.#options.routingControls?.isOn(routingControlArn) === true;
  }

  #controlChanged(arn: string): void {
    for (const { id, configuration } of this.#healthChecks.values()) {
      if (configuration.kind === 'routing-control' && configuration.routingControlArn === arn) {
        this.#serve(id, this.#isOn(arn));
      }
    }
  }

  #existingZone(given: string): HostedZone {
    const id = given.replace('/hostedzone/', '');
    const zone = this.#zones.get(id);
    if (zone === undefined) throw new AwsServiceError('NoSuchHostedZone', `No hosted zone found with ID: ${id}`, 404);
    return zone;
  }

  /** The zone with the longest name that holds it. */
  #zoneOf(name: string): HostedZone | undefined {
    let best: HostedZone | undefined;
    for (const zone of this.#zones.values()) {
      if (zone.holds(name) && zone.name.length > (best?.name.length ?? -1)) best = zone;
    }
    return best;
  }
}
