import { InputError } from '../../../plan/input-error.ts';
import { checkDefinition } from '../../states/check.ts';
import { loadStateMachine } from '../../states/definition.ts';
import type { TaskOutcome } from '../../states/execution.ts';
import { payloadLimitBytes } from '../../states/json.ts';
import type { Access } from '../access.ts';
import type { MetricSink } from '../cloudwatch/metric-sink.ts';
import { defineResource } from '../define-resource.ts';
import type { ServiceEvent } from '../eventbridge/eventbridge-service.ts';
import { parseInput, unknownOperation } from '../operation-input.ts';
import {
  type AwsService,
  AwsServiceError,
  type IamDemand,
  type ProvisionContext,
  type Provisioned,
  type ResourceProvider,
  type ServiceCall,
  type WorldParts,
} from '../service.ts';
import { type Machine, MachineExecution } from './machine-execution.ts';
import { type MachineProperties, machineProperties, substitutedDefinition, taskFaults } from './machine-resources.ts';
import {
  executionInput,
  listExecutionsInput,
  startExecutionInput,
  stopExecutionInput,
  taskFailureInput,
  taskHeartbeatInput,
  taskSuccessInput,
} from './sfn-inputs.ts';

export interface SfnOptions {
  readonly access: Access;
  readonly events: { emit(region: string, event: ServiceEvent): void };
  readonly metrics: MetricSink;
  /** Told of every state that an execution enters. */
  readonly onStateEntered?: (execution: MachineExecution, stateName: string, atMs: number) => void;
}

/** A name can be used again after so long. @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
const nameReuseMs = 90 * 86_400_000;
const nameShape = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u;

/** What a role needs to log. @see https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy */
const loggingActions = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];

const metricOf: Readonly<Record<string, string>> = {
  RUNNING: 'ExecutionsStarted',
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};

type Operation = (service: SfnService, call: ServiceCall) => Record<string, unknown>;
const operations: Readonly<Record<string, Operation>> = {
  StartExecution: (service, call) => service.start(call),
  DescribeExecution: (service, call) => service.describe(call),
  StopExecution: (service, call) => service.stop(call),
  ListExecutions: (service, call) => service.list(call),
  SendTaskSuccess: (service, call) => service.sendTask(call),
  SendTaskFailure: (service, call) => service.sendTask(call),
  SendTaskHeartbeat: (service, call) => service.sendTask(call),
};

/** Step Functions: standard state machines in JSONata, run by the project's own interpreter. */
export class SfnService implements AwsService {
  readonly name = 'sfn';
  readonly resources: readonly ResourceProvider[];
  readonly #parts: WorldParts;
  readonly #options: SfnOptions;
  readonly #machines = new Map<string, Machine>();
  /** What was deployed, for `checkDefinitions`. */
  readonly #definitions = new Map<string, unknown>();
  /** By execution ARN; the latest of a name. */
  readonly #executions = new Map<string, MachineExecution>();

  readonly #listeners: ((execution: MachineExecution, stateName: string) => void)[] = [];

  constructor(parts: WorldParts, options: SfnOptions) {
    this.#parts = parts;
    this.#options = options;
    this.resources = [
      defineResource('AWS::StepFunctions::StateMachine', machineProperties, (properties, context) =>
        this.#create(properties, context),
      ),
    ];
  }

  /** For faults that hit an execution in the middle: called before the state does anything. */
  onStateEntered(listener: (execution: MachineExecution, stateName: string) => void): void {
    this.#listeners.push(listener);
  }

  /** Every execution so far, in order of their start. */
  executions(): readonly MachineExecution[] {
    return [...this.#executions.values()];
  }

  /** Checks every deployed definition as AWS does when it is created; InputError with all findings. Call after deployment. */
  async checkDefinitions(): Promise<void> {
    const faults: string[] = [];
    for (const [name, definition] of this.#definitions) {
      const findings = await checkDefinition(definition);
      faults.push(...findings.map((finding) => `${name} ${finding.path}: ${finding.message}`));
    }
    if (faults.length > 0) throw new InputError(`state machines that AWS would refuse:\n${faults.join('\n')}`);
  }

  demands(call: ServiceCall): readonly IamDemand[] {
    if (operations[call.operation] === undefined) throw unknownOperation('Step Functions', call.operation);
    return [{ action: `states:${call.operation}`, resource: this.#resourceOf(call) }];
  }

  invoke(call: ServiceCall): Record<string, unknown> {
    const operation = operations[call.operation];
    if (operation === undefined) throw unknownOperation('Step Functions', call.operation);
    return operation(this, call);
  }

  start(call: ServiceCall): Record<string, unknown> {
    const input = parseInput('Step Functions', call, startExecutionInput);
    const machine = this.#machine(call, input.stateMachineArn);
    const { kernel } = this.#parts;
    const name = input.name ?? kernel.random('sfn').uuid();
    const inputText = input.input ?? '{}';
    if (!nameShape.test(name)) throw new AwsServiceError('InvalidName', `Invalid Name: '${name}'`);
    checkJson(inputText, 'InvalidExecutionInput', 'Invalid State Machine Execution Input');
    const arn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const existing = this.#executions.get(arn);
    if (existing !== undefined && kernel.nowMs - (existing.endedMs ?? kernel.nowMs) < nameReuseMs) {
      if (existing.status === 'RUNNING' && existing.inputText === inputText) return started(existing);
      throw new AwsServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const execution = new MachineExecution({
      parts: this.#parts,
      machine,
      name,
      inputText,
      onStatus: (changed) => this.#announce(changed),
      onStateEntered: (entered, stateName) => {
        this.#options.onStateEntered?.(entered, stateName, kernel.nowMs);
        for (const listener of this.#listeners) listener(entered, stateName);
      },
    });
    this.#executions.delete(arn);
    this.#executions.set(arn, execution);
    this.#announce(execution);
    execution.start();
    return started(execution);
  }

  describe(call: ServiceCall): Record<string, unknown> {
    const execution = this.#execution(call, parseInput('Step Functions', call, executionInput).executionArn);
    const { outputText, error, cause } = execution;
    return {
      ...summary(execution),
      input: execution.inputText,
      inputDetails: { included: true },
      ...(outputText === undefined ? {} : { output: outputText, outputDetails: { included: true } }),
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    };
  }

  stop(call: ServiceCall): Record<string, unknown> {
    const input = parseInput('Step Functions', call, stopExecutionInput);
    const execution = this.#execution(call, input.executionArn);
    execution.abort(input.error, input.cause);
    return { stopDate: new Date(execution.endedMs ?? this.#parts.kernel.nowMs) };
  }

  list(call: ServiceCall): Record<string, unknown> {
    const input = parseInput('Step Functions', call, listExecutionsInput);
    const machine = this.#machine(call, input.stateMachineArn);
    const executions = this.executions()
      .filter(
        (one) => one.machine === machine && (input.statusFilter === undefined || one.status === input.statusFilter),
      )
      .reverse();
    const limit = input.maxResults === undefined || input.maxResults === 0 ? 100 : input.maxResults;
    if (executions.length > limit) throw new Error('not simulated: Step Functions ListExecutions nextToken');
    return { executions: executions.map(summary) };
  }

  sendTask(call: ServiceCall): Record<string, unknown> {
    const token = String(call.input.taskToken);
    const signal = signalOf(call);
    const inRegion = this.executions().filter((one) => one.machine.region === call.region);
    if (inRegion.some((execution) => execution.sendTask(token, signal))) return {};
    throw new AwsServiceError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
  }

  #announce(execution: MachineExecution): void {
    const { region, arn } = execution.machine;
    this.#options.events.emit(region, execution.statusEvent());
    const metric = metricOf[execution.status];
    if (metric !== undefined) this.#options.metrics.record(region, 'AWS/States', metric, { StateMachineArn: arn }, 1);
  }

  #resourceOf(call: ServiceCall): string {
    const { stateMachineArn, executionArn } = call.input;
    if (typeof stateMachineArn === 'string') return stateMachineArn;
    if (typeof executionArn === 'string') return executionArn;
    return '*';
  }

  #machine(call: ServiceCall, arn: string): Machine {
    const machine = this.#machines.get(arn);
    if (machine !== undefined && machine.region === call.region) return machine;
    throw new AwsServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }

  #execution(call: ServiceCall, arn: string): MachineExecution {
    const execution = this.#executions.get(arn);
    if (execution !== undefined && execution.machine.region === call.region) return execution;
    throw new AwsServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }

  #create(properties: MachineProperties, context: ProvisionContext): Provisioned {
    const { region, accountId } = context;
    const name = properties.StateMachineName ?? context.generatedName;
    const arn = `arn:aws:states:${region}:${accountId}:stateMachine:${name}`;
    if (this.#machines.has(arn)) throw new InputError(`state machine ${name} exists in ${region} already`);
    if (!this.#options.access.canAssume(properties.RoleArn, 'states.amazonaws.com', arn)) {
      throw new InputError(
        `state machine ${name}: states.amazonaws.com is not authorized to assume ${properties.RoleArn}`,
      );
    }
    this.#assertMayLog(name, properties, context);
    const raw = substitutedDefinition(properties);
    const definition = loadStateMachine(raw, `state machine ${name}`);
    const faults = taskFaults(definition);
    if (faults.length > 0) throw new InputError(`state machine ${name}: ${faults.join('; ')}`);
    this.#machines.set(arn, { name, arn, region, roleArn: properties.RoleArn, definition });
    this.#definitions.set(`${name}@${region}`, raw);
    return { ref: arn, attributes: { Arn: arn, Name: name } };
  }

  /** A machine whose role can't write to its log group is not created. @see https://github.com/aws/aws-cdk/issues/26432 */
  #assertMayLog(name: string, { RoleArn, LoggingConfiguration }: MachineProperties, context: ProvisionContext): void {
    const { Level = 'OFF', Destinations = [] } = LoggingConfiguration ?? {};
    if (Level === 'OFF' || Destinations.length === 0) return;
    const { region, accountId } = context;
    const caller = { principal: RoleArn, name: `states:${name}`, accountId, region };
    const { access } = this.#options;
    const refused = loggingActions.filter((action) => !access.allows(caller, { action, resource: '*' }, region));
    if (refused.length === 0) return;
    throw new InputError(
      `state machine ${name}: The state machine IAM Role is not authorized to access the Log Destination (${RoleArn} needs ${refused.join(', ')} on *)`,
    );
  }
}

function started(execution: MachineExecution): Record<string, unknown> {
  return { executionArn: execution.arn, startDate: new Date(execution.startedMs) };
}

function summary(execution: MachineExecution): Record<string, unknown> {
  const { endedMs } = execution;
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.machine.arn,
    name: execution.name,
    status: execution.status,
    startDate: new Date(execution.startedMs),
    ...(endedMs === undefined ? {} : { stopDate: new Date(endedMs) }),
    redriveCount: 0,
  };
}

function signalOf(call: ServiceCall): { readonly outcome: TaskOutcome } | 'heartbeat' {
  switch (call.operation) {
    case 'SendTaskSuccess': {
      const { output } = parseInput('Step Functions', call, taskSuccessInput);
      checkJson(output, 'InvalidOutput', 'Invalid Output');
      return { outcome: { output: JSON.parse(output) } };
    }
    case 'SendTaskFailure': {
      const { error, cause } = parseInput('Step Functions', call, taskFailureInput);
      return { outcome: { error: error ?? 'States.TaskFailed', cause: cause ?? '' } };
    }
    default:
      parseInput('Step Functions', call, taskHeartbeatInput);
      return 'heartbeat';
  }
}

function checkJson(text: string, errorName: string, message: string): void {
  if (Buffer.byteLength(text) > payloadLimitBytes) {
    throw new AwsServiceError(errorName, `${message}: more than ${payloadLimitBytes} bytes`);
  }
  try {
    JSON.parse(text);
  } catch (error) {
    throw new AwsServiceError(errorName, `${message}: '${error instanceof Error ? error.message : error}'`);
  }
}
