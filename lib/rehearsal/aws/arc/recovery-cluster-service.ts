import { z } from 'zod';
import type { Kernel } from '../../kernel/kernel.ts';
import { parseInput, unknownOperation } from '../operation-input.ts';
import type { RoutingControlStates } from '../route53/route53-service.ts';
import { type AwsService, AwsServiceError, type IamDemand, type ServiceCall, type Weather } from '../service.ts';

/** A cluster keeps its states in five regions (ARC developer guide, "About routing control"); three are a majority. */
const majority = 3;
/** Seconds until health checks see a new state: "within seconds" is all that AWS says. Unverified: routing-control.health-check-delay. */
const toHealthChecksMs = { from: 200, to: 2000 };

const state = z.enum(['On', 'Off']);
const updateInput = z.strictObject({
  UpdateRoutingControlStateEntries: z
    .array(z.strictObject({ RoutingControlArn: z.string(), RoutingControlState: state }))
    .min(1),
});
const getInput = z.strictObject({ RoutingControlArn: z.string() });

/** A rule that forbids some states (assertion rules of type ATLEAST: so many of the controls must stay on). */
export interface SafetyRule {
  readonly name: string;
  readonly routingControlArns: readonly string[];
  readonly atLeastOn: number;
}

/**
 * ARC's recovery cluster: an endpoint in each of five regions, each of which answers while a majority of the five
 * regions is up. Controls and rules exist before the deployment; nothing of the control plane (us-west-2) is here.
 */
export class RecoveryClusterService implements AwsService, RoutingControlStates {
  readonly name = 'route53-recovery-cluster';
  readonly resources = [];
  readonly #kernel: Kernel;
  readonly #weather: Weather;
  readonly #states = new Map<string, boolean>();
  readonly #rules: SafetyRule[] = [];
  readonly #listeners: ((routingControlArn: string) => void)[] = [];
  #regions: readonly string[] = [];

  constructor(parts: { readonly kernel: Kernel; readonly weather: Weather }) {
    this.#kernel = parts.kernel;
    this.#weather = parts.weather;
  }

  /** The regions that have an endpoint. */
  defineCluster(regions: readonly string[]): void {
    this.#regions = regions;
  }

  defineControl(arn: string, isOn: boolean): void {
    this.#states.set(arn, isOn);
  }

  defineRule(rule: SafetyRule): void {
    this.#rules.push(rule);
  }

  isOn(routingControlArn: string): boolean | undefined {
    return this.#states.get(routingControlArn);
  }

  onChange(listener: (routingControlArn: string) => void): void {
    this.#listeners.push(listener);
  }

  demands(call: ServiceCall): readonly IamDemand[] {
    switch (call.operation) {
      case 'UpdateRoutingControlStates':
        return parseInput(this.name, call, updateInput).UpdateRoutingControlStateEntries.map(
          ({ RoutingControlArn: resource }) => ({
            action: 'route53-recovery-cluster:UpdateRoutingControlStates',
            resource,
          }),
        );
      case 'GetRoutingControlState': {
        const { RoutingControlArn: resource } = parseInput(this.name, call, getInput);
        return [{ action: 'route53-recovery-cluster:GetRoutingControlState', resource }];
      }
      default:
        throw unknownOperation(this.name, call.operation);
    }
  }

  invoke(call: ServiceCall): Record<string, unknown> {
    const up = this.#regions.filter((region) => this.#weather.regionUp(region));
    if (!this.#regions.includes(call.region) || up.length < majority) {
      const message = 'The cluster endpoint isn’t available. Try another cluster endpoint.';
      throw new AwsServiceError('EndpointTemporarilyUnavailableException', message, 503);
    }
    return call.operation === 'GetRoutingControlState' ? this.#get(call) : this.#update(call);
  }

  #get(call: ServiceCall): Record<string, unknown> {
    const { RoutingControlArn: arn } = parseInput(this.name, call, getInput);
    return { RoutingControlArn: arn, RoutingControlState: this.#existing(arn) ? 'On' : 'Off' };
  }

  /** All of the entries or none (API reference, UpdateRoutingControlStates). */
  #update(call: ServiceCall): Record<string, unknown> {
    const { UpdateRoutingControlStateEntries: entries } = parseInput(this.name, call, updateInput);
    const next = new Map(this.#states);
    for (const { RoutingControlArn: arn, RoutingControlState } of entries) {
      this.#existing(arn);
      next.set(arn, RoutingControlState === 'On');
    }
    const broken = this.#rules.find(
      (rule) => rule.routingControlArns.filter((arn) => next.get(arn) === true).length < rule.atLeastOn,
    );
    if (broken !== undefined) {
      throw new AwsServiceError('ConflictException', `The update would violate the safety rule ${broken.name}.`, 409, {
        resourceId: broken.name,
        resourceType: 'SafetyRule',
      });
    }
    for (const [arn, isOn] of next) {
      if (this.#states.get(arn) === isOn) continue;
      this.#states.set(arn, isOn);
      const delayMs = this.#kernel.random('arc').between(toHealthChecksMs.from, toHealthChecksMs.to);
      this.#kernel.after(delayMs, 'routing control seen', () => {
        for (const listener of this.#listeners) listener(arn);
      });
    }
    return {};
  }

  #existing(arn: string): boolean {
    const isOn = this.#states.get(arn);
    if (isOn !== undefined) return isOn;
    throw new AwsServiceError('ResourceNotFoundException', `No routing control ${arn}`, 404, {
      resourceId: arn,
      resourceType: 'RoutingControl',
    });
  }
}
