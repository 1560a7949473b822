import { z } from 'zod';
import { InputError } from '../../../plan/input-error.ts';
import type { Access } from '../access.ts';
import { defineResource } from '../define-resource.ts';
import { parseInput, timestamp, unknownOperation } from '../operation-input.ts';
import {
  type AwsService,
  AwsServiceError,
  type Caller,
  type IamDemand,
  type ProvisionContext,
  type Provisioned,
  type ResourceProvider,
  type ServiceCall,
  type WorldParts,
} from '../service.ts';
import type { BusEvent } from './bus-event.ts';
import { isBus } from './bus-target.ts';
import { Delivery } from './delivery.ts';
import { type BusProperties, busProperties, type RuleProperties, ruleProperties } from './event-resources.ts';
import { Rule } from './rule.ts';

/** What a service of the world says has happened. */
export interface ServiceEvent {
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

const putEventsEntry = z.strictObject({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: z.string().optional(),
  Resources: z.array(z.string()).optional(),
  Time: timestamp.optional(),
});
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
const putEventsInput = z.strictObject({ Entries: z.array(putEventsEntry).min(1).max(10) });
type Entry = z.output<typeof putEventsEntry>;

/** Where an event comes in; `forwarded`: a rule of another bus sent it. */
interface Arrival {
  readonly region: string;
  readonly bus: string;
  readonly forwarded: boolean;
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
const requestLimitBytes = 256 * 1024;
/**
 * From PutEvents to the target's invocation. AWS promises nothing; Amazon Key measured 80 ms at the 90th percentile (AWS
 * Architecture Blog, 4 February 2026, "The event-driven architecture behind the Amazon Key Suite"). The spread is ours.
 */
const latencyMs = { least: 40, most: 130 };
/** A duplicate comes some time after the event; EventBridge says only that there may be one. Unverified: eventbridge.at-least-once. */
const duplicateDelayMs = { least: 200, most: 5_000 };

/** EventBridge: buses, rules and delivery, at least once. */
export class EventBridgeService implements AwsService {
  readonly name = 'eventbridge';
  readonly resources: readonly ResourceProvider[];
  readonly #parts: WorldParts;
  readonly #delivery: Delivery;
  /** Rules of a bus, by `region/bus`. */
  readonly #buses = new Map<string, Rule[]>();
  #duplicateEverything = false;

  constructor(parts: WorldParts, options: { readonly access: Access }) {
    this.#parts = parts;
    this.#delivery = new Delivery({ parts, access: options.access, servicePrincipal: 'events.amazonaws.com' });
    this.resources = [
      defineResource('AWS::Events::Rule', ruleProperties, (properties, context) =>
        this.#createRule(properties, context),
      ),
      defineResource('AWS::Events::EventBus', busProperties, (properties, context) =>
        this.#createBus(properties, context),
      ),
    ];
  }

  /** Fault: from now on every event is delivered twice, under the same id. */
  setDuplicateEverything(duplicate: boolean): void {
    this.#duplicateEverything = duplicate;
  }

  /** Deliveries that were given up and that no dead-letter queue took. */
  get lostDeliveries(): number {
    return this.#delivery.lost;
  }

  /** An event of a service, on the region's default bus. */
  emit(region: string, event: ServiceEvent): void {
    this.#route({ region, bus: 'default', forwarded: false }, this.#event(region, event));
  }

  demands(call: ServiceCall): readonly IamDemand[] {
    if (call.operation !== 'PutEvents') throw unknownOperation('EventBridge', call.operation);
    return parseInput('EventBridge', call, putEventsInput).Entries.map((entry) => ({
      action: 'events:PutEvents',
      resource: this.#busArn(call.region, busName(entry)),
      context: { 'events:source': entry.Source ?? '', 'events:detail-type': entry.DetailType ?? '' },
    }));
  }

  invoke(call: ServiceCall): Record<string, unknown> {
    if (call.operation !== 'PutEvents') throw unknownOperation('EventBridge', call.operation);
    const { Entries } = parseInput('EventBridge', call, putEventsInput);
    const bytes = Entries.reduce((sum, entry) => sum + entrySizeBytes(entry), 0);
    if (bytes > requestLimitBytes) {
      throw new AwsServiceError('ValidationException', 'Total size of the entries in the request is over the limit.');
    }
    const results = Entries.map((entry) => this.#put(call, entry));
    return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
  }

  #put({ region, caller }: ServiceCall, entry: Entry): Record<string, string> {
    const forwardedFrom = forwardingRegion(caller);
    const fault = entryFault(entry, { isForwarded: forwardedFrom !== undefined });
    if (fault !== undefined) return fault;
    // An event keeps the region in which it came about ("Event structure reference" of the user guide).
    const event = this.#event(forwardedFrom ?? region, {
      source: entry.Source ?? '',
      detailType: entry.DetailType ?? '',
      resources: entry.Resources ?? [],
      detail: JSON.parse(entry.Detail ?? '{}'),
      ...(entry.Time === undefined ? {} : { atMs: entry.Time.getTime() }),
    });
    this.#route({ region, bus: busName(entry), forwarded: forwardedFrom !== undefined }, event);
    return { EventId: event.id };
  }

  #event(region: string, event: ServiceEvent & { readonly atMs?: number }): BusEvent {
    return {
      version: '0',
      id: this.#parts.kernel.random('eventbridge').uuid(),
      'detail-type': event.detailType,
      source: event.source,
      account: this.#parts.accountId,
      time: `${new Date(event.atMs ?? this.#parts.kernel.nowMs).toISOString().slice(0, 19)}Z`,
      region,
      resources: event.resources,
      detail: event.detail,
    };
  }

  #route({ region, bus, forwarded }: Arrival, event: BusEvent): void {
    const rules = this.#buses.get(`${region}/${bus}`) ?? [];
    for (const rule of rules) {
      if (!rule.matches(event)) continue;
      // Whether a third bus would get it, AWS's own pages don't agree.
      if (forwarded && rule.targetArns.some(isBus)) {
        throw new InputError(`not simulated: ${rule.arn} forwards an event that was forwarded to it`);
      }
      this.#deliver(rule, event);
    }
  }

  #deliver(rule: Rule, event: BusEvent): void {
    const { kernel } = this.#parts;
    const random = kernel.random('eventbridge');
    for (const consignment of rule.consignments(event)) {
      const delayMs = random.between(latencyMs.least, latencyMs.most);
      kernel.after(delayMs, `${rule.arn} delivers`, () => this.#delivery.send(consignment));
      if (!this.#duplicateEverything) continue;
      const laterMs = random.between(duplicateDelayMs.least, duplicateDelayMs.most);
      kernel.after(delayMs + laterMs, `${rule.arn} delivers again`, () => this.#delivery.send(consignment));
    }
  }

  #createRule(properties: RuleProperties, context: ProvisionContext): Provisioned {
    const bus = shortName(properties.EventBusName ?? 'default');
    const key = `${context.region}/${bus}`;
    if (bus !== 'default' && !this.#buses.has(key)) {
      throw new InputError(`rule ${context.logicalId}: there is no event bus ${bus} in ${context.region}`);
    }
    const name = properties.Name ?? context.generatedName;
    const path = bus === 'default' ? name : `${bus}/${name}`;
    const arn = `arn:aws:events:${context.region}:${context.accountId}:rule/${path}`;
    const rules = this.#buses.get(key) ?? [];
    rules.push(new Rule(name, arn, context.region, properties));
    this.#buses.set(key, rules);
    return { ref: bus === 'default' ? name : `${bus}|${name}`, attributes: { Arn: arn } };
  }

  #createBus(properties: BusProperties, context: ProvisionContext): Provisioned {
    this.#buses.set(`${context.region}/${properties.Name}`, []);
    const arn = this.#busArn(context.region, properties.Name);
    return { ref: properties.Name, attributes: { Arn: arn, Name: properties.Name } };
  }

  #busArn(region: string, bus: string): string {
    return `arn:aws:events:${region}:${this.#parts.accountId}:event-bus/${bus}`;
  }
}

function busName(entry: Entry): string {
  return shortName(entry.EventBusName ?? 'default');
}

function shortName(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
}

/** Region of the rule on whose behalf EventBridge itself puts an event; undefined for every other caller. */
function forwardingRegion({ sourceArn }: Caller): string | undefined {
  const [, , service, region, , resource] = sourceArn?.split(':') ?? [];
  return service === 'events' && resource?.startsWith('rule/') === true ? region : undefined;
}

/**
 * What PutEvents answers for an entry that it doesn't take; the others of the request are taken. Sources of AWS itself are
 * for services and for rules that forward what services said.
 */
function entryFault(
  entry: Entry,
  { isForwarded }: { isForwarded: boolean },
): { ErrorCode: string; ErrorMessage: string } | undefined {
  for (const member of ['Source', 'DetailType', 'Detail'] as const) {
    if (entry[member] !== undefined && entry[member] !== '') continue;
    const ErrorMessage = `Parameter ${member} is not valid. Reason: ${member} is a required argument.`;
    return { ErrorCode: 'InvalidArgument', ErrorMessage };
  }
  if (!isForwarded && entry.Source?.startsWith('aws.') === true) {
    return { ErrorCode: 'NotAuthorizedForSource', ErrorMessage: 'Not authorized for the source.' };
  }
  return isJsonObject(entry.Detail ?? '')
    ? undefined
    : { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** How EventBridge counts an entry: 14 bytes for the time, and the UTF-8 bytes of its texts. */
function entrySizeBytes(entry: Entry): number {
  const texts = [entry.Source ?? '', entry.DetailType ?? '', entry.Detail ?? '', ...(entry.Resources ?? [])];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), entry.Time === undefined ? 0 : 14);
}
