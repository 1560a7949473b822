import { readFileSync } from 'node:fs';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { InputError } from '../../plan/input-error.ts';
import { failoverStateMachineName } from '../../plan/names.ts';
import { acceptWildcard } from '../accepted-finding.ts';
import { pascalCase } from '../pascal-case.ts';
import type { Foundation } from './foundation.ts';
import { type LifeboatFunction, logRetention } from './lifeboat-function.ts';
import { type OperatorsTopic, publishingKeyActions } from './operators-topic.ts';

export interface FailoverMachineProps {
  readonly foundation: Foundation;
  /** The state machine in Amazon States Language. */
  readonly definitionFile: string;
  /** Functions that the definition may call as `<PascalVerbNoun>FunctionArn`, by verb-noun. */
  readonly functions: Readonly<Record<string, LifeboatFunction>>;
  readonly topic: OperatorsTopic;
}

/**
 * The failover. Its definition is the file of statemachines/, minified and otherwise untouched; what the file names as
 * `${…}` is substituted by CloudFormation, and its role may call exactly what the file names.
 */
export class FailoverMachine extends Construct {
  readonly stateMachine: StateMachine;
  readonly #props: FailoverMachineProps;
  readonly #role: Role;

  constructor(scope: Construct, id: string, props: FailoverMachineProps) {
    super(scope, id);
    this.#props = props;
    const name = failoverStateMachineName(props.foundation.plan);
    const definition = readDefinition(props.definitionFile);
    this.#role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      description: `What ${name} may do`,
    });
    acceptWildcard(this.#role, '*', 'traces of X-Ray and log deliveries know no resources');
    const substitutions = this.#substitute(definition);
    this.stateMachine = new StateMachine(this, 'Machine', {
      stateMachineName: name,
      stateMachineType: StateMachineType.STANDARD,
      comment: 'The unplanned move of the estate into this region',
      // Inline rather than an asset: the template then says by itself what would run.
      definitionBody: DefinitionBody.fromString(JSON.stringify(definition)),
      definitionSubstitutions: substitutions,
      role: this.#role,
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Log', {
          // The prefix that AWS asks for so that log resource policies don't outgrow their limit.
          logGroupName: `/aws/vendedlogs/states/${name}`,
          retention: logRetention,
          encryptionKey: props.foundation.key,
          removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        }),
        level: LogLevel.ALL,
        includeExecutionData: false,
      },
    });
  }

  #substitute(definition: object): Record<string, string> {
    const available = new Map<string, () => string>();
    for (const [verbNoun, target] of Object.entries(this.#props.functions)) {
      available.set(`${pascalCase(verbNoun)}FunctionArn`, () => this.#mayInvoke(target));
    }
    available.set('OperatorsTopicArn', () => this.#mayPublish());
    const substitutions: Record<string, string> = {};
    for (const name of namedSubstitutions(definition)) {
      const use = available.get(name);
      if (use === undefined) {
        const known = [...available.keys()].sort().join(', ');
        throw new InputError(
          `${this.#props.definitionFile} asks for \${${name}}, which nothing provides; there are ${known}`,
        );
      }
      substitutions[name] = use();
    }
    return substitutions;
  }

  #mayInvoke(target: LifeboatFunction): string {
    const functionArn = target.lambda.functionArn;
    this.#role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] }));
    return functionArn;
  }

  #mayPublish(): string {
    const { topic, foundation } = this.#props;
    const topicArn = topic.topic.topicArn;
    this.#role.addToPolicy(new PolicyStatement({ actions: ['sns:Publish'], resources: [topicArn] }));
    this.#role.addToPolicy(
      new PolicyStatement({
        actions: publishingKeyActions,
        resources: [foundation.key.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `sns.${Stack.of(this).region}.amazonaws.com` } },
      }),
    );
    return topicArn;
  }
}

/** CDK's own `timeout` does nothing for a definition that it didn't write, so the file must bring one. */
function readDefinition(file: string): object {
  const definition: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const bounded = typeof definition === 'object' && definition !== null && 'TimeoutSeconds' in definition;
  if (!bounded) throw new InputError(`${file} has no TimeoutSeconds at its top: an execution must end`);
  return definition;
}

function namedSubstitutions(definition: object): string[] {
  const names = [...JSON.stringify(definition).matchAll(/\$\{([A-Za-z0-9]+)\}/g)].map((match) => match[1]!);
  return [...new Set(names)].sort();
}
