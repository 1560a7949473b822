import { z } from 'zod';
import { InputError } from '../../../plan/input-error.ts';
import type { Access } from '../access.ts';
import { defineResource } from '../define-resource.ts';
import { type Consignment, Delivery, defaultRetryPolicy } from '../eventbridge/delivery.ts';
import { targetOf } from '../eventbridge/target-call.ts';
import { unknownOperation } from '../operation-input.ts';
import type {
  AwsService,
  IamDemand,
  ProvisionContext,
  Provisioned,
  ResourceProvider,
  ServiceCall,
  WorldParts,
} from '../service.ts';
import { minuteMs, type NextMinute, parseScheduleExpression } from './schedule-expression.ts';

const flexibleWindow = z.discriminatedUnion('Mode', [
  z.strictObject({ Mode: z.literal('OFF') }),
  z.strictObject({ Mode: z.literal('FLEXIBLE'), MaximumWindowInMinutes: z.int().min(1).max(1440) }),
]);

const scheduleProperties = z.strictObject({
  Name: z.string().optional(),
  GroupName: z.string().optional(),
  Description: z.string().optional(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.literal('UTC', 'not simulated: time zones other than UTC').optional(),
  State: z.enum(['ENABLED', 'DISABLED']).optional(),
  FlexibleTimeWindow: flexibleWindow,
  KmsKeyArn: z.string().optional(),
  Target: z.strictObject({
    Arn: z.string(),
    RoleArn: z.string(),
    Input: z.string().optional(),
    RetryPolicy: z
      .strictObject({
        MaximumEventAgeInSeconds: z.int().min(60).max(86_400).optional(),
        MaximumRetryAttempts: z.int().min(0).max(185).optional(),
      })
      .optional(),
    DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
  }),
});
type ScheduleProperties = z.output<typeof scheduleProperties>;

const groupProperties = z.strictObject({ Name: z.string().optional(), Tags: z.unknown().optional() });

interface Schedule {
  readonly arn: string;
  readonly region: string;
  readonly nextMinute: NextMinute;
  /** Within the minute; drawn once, as a schedule keeps its place in AWS. */
  readonly offsetMs: number;
  readonly windowMs: number;
  readonly consignment: (minuteMs: number) => Consignment;
}

/** A duplicate comes soon after the invocation; Scheduler says only "at least once". Unverified: scheduler.at-least-once. */
const duplicateDelayMs = { least: 200, most: 5_000 };

/** EventBridge Scheduler. A schedule fires somewhere within its minute: its precision is 60 seconds. */
export class SchedulerService implements AwsService {
  readonly name = 'scheduler';
  readonly resources: readonly ResourceProvider[];
  readonly #parts: WorldParts;
  readonly #delivery: Delivery;
  readonly #groups = new Set<string>();
  #duplicateEverything = false;

  constructor(parts: WorldParts, options: { readonly access: Access }) {
    this.#parts = parts;
    this.#delivery = new Delivery({ parts, access: options.access, servicePrincipal: 'scheduler.amazonaws.com' });
    this.resources = [
      defineResource('AWS::Scheduler::Schedule', scheduleProperties, (properties, context) =>
        this.#createSchedule(properties, context),
      ),
      defineResource('AWS::Scheduler::ScheduleGroup', groupProperties, (properties, context) => {
        const name = properties.Name ?? context.generatedName;
        this.#groups.add(`${context.region}/${name}`);
        return { ref: name, attributes: { Arn: this.#groupArn(context.region, name) } };
      }),
    ];
  }

  /** Fault: from now on every schedule invokes its target twice. */
  setDuplicateEverything(duplicate: boolean): void {
    this.#duplicateEverything = duplicate;
  }

  /** Invocations that were given up and that no dead-letter queue took. */
  get lostDeliveries(): number {
    return this.#delivery.lost;
  }

  demands(call: ServiceCall): readonly IamDemand[] {
    throw unknownOperation('Scheduler', call.operation);
  }

  invoke(call: ServiceCall): Record<string, unknown> {
    throw unknownOperation('Scheduler', call.operation);
  }

  #createSchedule(properties: ScheduleProperties, context: ProvisionContext): Provisioned {
    const { region } = context;
    const group = properties.GroupName ?? 'default';
    if (group !== 'default' && !this.#groups.has(`${region}/${group}`)) {
      throw new InputError(`schedule ${context.logicalId}: there is no schedule group ${group} in ${region}`);
    }
    const name = properties.Name ?? context.generatedName;
    const arn = `arn:aws:scheduler:${region}:${this.#parts.accountId}:schedule/${group}/${name}`;
    const { kernel } = this.#parts;
    const window = properties.FlexibleTimeWindow;
    const schedule: Schedule = {
      arn,
      region,
      nextMinute: parseScheduleExpression(properties.ScheduleExpression, kernel.nowMs),
      offsetMs: kernel.random(`scheduler/${arn}`).integer(0, minuteMs - 1),
      windowMs: window.Mode === 'FLEXIBLE' ? window.MaximumWindowInMinutes * minuteMs : 0,
      consignment: this.#consignments(properties, { arn, region, group }),
    };
    if (properties.State !== 'DISABLED') this.#plan(schedule, kernel.nowMs - 1);
    return { ref: name, attributes: { Arn: arn } };
  }

  #plan(schedule: Schedule, afterMs: number): void {
    const minute = schedule.nextMinute(afterMs);
    if (minute === undefined) return;
    const { kernel } = this.#parts;
    const spreadMs = schedule.windowMs === 0 ? 0 : kernel.random('scheduler').integer(0, schedule.windowMs);
    kernel.at(minute + schedule.offsetMs + spreadMs, `${schedule.arn} fires`, () => {
      this.#plan(schedule, minute);
      // A dark region fires nothing, and what it missed is not made up for.
      if (this.#parts.weather.regionUp(schedule.region)) this.#fire(schedule, minute);
    });
  }

  #fire(schedule: Schedule, minute: number): void {
    const consignment = schedule.consignment(minute);
    this.#delivery.send(consignment);
    if (!this.#duplicateEverything) return;
    const { kernel } = this.#parts;
    const laterMs = kernel.random('scheduler').between(duplicateDelayMs.least, duplicateDelayMs.most);
    kernel.after(laterMs, `${schedule.arn} fires again`, () => this.#delivery.send(consignment));
  }

  #consignments(
    { Target }: ScheduleProperties,
    schedule: { readonly arn: string; readonly region: string; readonly group: string },
  ): (minute: number) => Consignment {
    const target = targetOf(Target.Arn);
    if (target.region !== schedule.region) {
      throw new InputError(`schedule ${schedule.arn}: its target ${target.arn} is in another region`);
    }
    const random = this.#parts.kernel.random('scheduler');
    return (minute) => {
      const body = (Target.Input ?? '{}')
        .replaceAll('<aws.scheduler.schedule-arn>', schedule.arn)
        .replaceAll('<aws.scheduler.scheduled-time>', `${new Date(minute).toISOString().slice(0, 19)}Z`)
        .replaceAll('<aws.scheduler.execution-id>', () => random.uuid());
      return {
        target,
        body,
        deadLetterBody: body,
        retryPolicy: {
          maximumAttempts: Target.RetryPolicy?.MaximumRetryAttempts ?? defaultRetryPolicy.maximumAttempts,
          maximumAgeSeconds: Target.RetryPolicy?.MaximumEventAgeInSeconds ?? defaultRetryPolicy.maximumAgeSeconds,
        },
        roleArn: Target.RoleArn,
        // Scheduler names the group, not the schedule, to a trust policy:
        // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
        sourceArn: this.#groupArn(schedule.region, schedule.group),
        deadLetterAttributes: { SCHEDULE_ARN: schedule.arn },
        region: schedule.region,
        ...(Target.DeadLetterConfig === undefined ? {} : { deadLetterQueueArn: Target.DeadLetterConfig.Arn }),
      };
    };
  }

  #groupArn(region: string, group: string): string {
    return `arn:aws:scheduler:${region}:${this.#parts.accountId}:schedule-group/${group}`;
  }
}
