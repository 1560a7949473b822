import { InputError } from '../../../plan/input-error.ts';
import type { BusEvent } from './bus-event.ts';
import { assertBusTarget, isBus } from './bus-target.ts';
import { type Consignment, defaultRetryPolicy } from './delivery.ts';
import type { RuleProperties, RuleTarget } from './event-resources.ts';
import { compileInputPath, compileTransformer } from './input-transformer.ts';
import { type Target, targetOf } from './target-call.ts';

interface CompiledTarget {
  readonly properties: RuleTarget;
  readonly target: Target;
  readonly body: (event: BusEvent, text: string) => string;
}

/** A rule of a bus with what it sends to each of its targets. */
export class Rule {
  readonly arn: string;
  readonly #properties: RuleProperties;
  readonly #region: string;
  readonly #targets: readonly CompiledTarget[];

  constructor(name: string, arn: string, region: string, properties: RuleProperties) {
    this.arn = arn;
    this.#properties = properties;
    this.#region = region;
    this.#targets = (properties.Targets ?? []).map((one) =>
      compileTarget(one, { ruleArn: arn, ruleName: name }, region),
    );
  }

  get targetArns(): readonly string[] {
    return this.#targets.map(({ target }) => target.arn);
  }

  matches(event: BusEvent): boolean {
    return this.#properties.State !== 'DISABLED' && this.#properties.EventPattern(event);
  }

  consignments(event: BusEvent): Consignment[] {
    const text = JSON.stringify(event);
    return this.#targets.map(({ properties, target, body }) => ({
      target,
      body: body(event, text),
      deadLetterBody: text,
      retryPolicy: {
        maximumAttempts: properties.RetryPolicy?.MaximumRetryAttempts ?? defaultRetryPolicy.maximumAttempts,
        maximumAgeSeconds: properties.RetryPolicy?.MaximumEventAgeInSeconds ?? defaultRetryPolicy.maximumAgeSeconds,
      },
      sourceArn: this.arn,
      deadLetterAttributes: { RULE_ARN: this.arn },
      region: this.#region,
      ...(properties.DeadLetterConfig === undefined ? {} : { deadLetterQueueArn: properties.DeadLetterConfig.Arn }),
      ...(properties.RoleArn === undefined ? {} : { roleArn: properties.RoleArn }),
    }));
  }
}

function compileTarget(
  properties: RuleTarget,
  context: { readonly ruleArn: string; readonly ruleName: string },
  region: string,
): CompiledTarget {
  const target = targetOf(properties.Arn);
  if (isBus(properties.Arn)) assertBusTarget(properties, { ruleName: context.ruleName, region });
  else if (target.region !== region) {
    throw new InputError(
      `rule ${context.ruleName}: target ${target.arn} is in another region; only event buses may be`,
    );
  }
  if (properties.Arn.split(':')[2] === 'states' && properties.RoleArn === undefined) {
    throw new InputError(`rule ${context.ruleName}: target ${target.arn} needs RoleArn`);
  }
  return { properties, target, body: bodyOf(properties, context) };
}

function bodyOf(
  properties: RuleTarget,
  context: { readonly ruleArn: string; readonly ruleName: string },
): CompiledTarget['body'] {
  const { Input, InputPath, InputTransformer } = properties;
  if (Input !== undefined) return () => Input;
  if (InputTransformer !== undefined) {
    const render = compileTransformer(InputTransformer, context);
    return (event) => render(event);
  }
  if (InputPath === undefined) return (_event, text) => text;
  const select = compileInputPath(InputPath);
  return (event) => JSON.stringify(select(event) ?? {});
}
