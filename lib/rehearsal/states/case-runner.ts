import { Kernel } from '../kernel/kernel.ts';
import { quiesce } from '../kernel/quiesce.ts';
import type { AslAnswer, AslCase } from './asl-case.ts';
import { loadStateMachine, type StateMachine } from './definition.ts';
import {
  type Delay,
  Execution,
  type ExecutionHost,
  type ExecutionStatus,
  type TaskOutcome,
  type TaskRequest,
} from './execution.ts';
import { isObject } from './json.ts';
import { type LambdaAnswer, lambdaOutcome } from './lambda-outcome.ts';

export interface AslResult {
  readonly name: string;
  readonly status: ExecutionStatus;
  /** Null unless SUCCEEDED. */
  readonly output: unknown;
  readonly error: string | null;
  readonly cause: string | null;
  /** Names of states in the order entered. */
  readonly states: readonly string[];
  /** Delays before retries and Wait states, in virtual seconds, in the order they began. */
  readonly waits: readonly Delay[];
  readonly calls: readonly { readonly function: string; readonly payload: unknown }[];
}

/** Longest time-out that a Lambda function can have (https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html). */
const maximumFunctionSeconds = 900;
const region = 'eu-west-1';
const accountId = '111122223333';

/** Name of a function from whatever `FunctionName` takes: a name, an ARN, either with a version or alias. */
function functionName(reference: string): string {
  const arn = /^arn:[^:]+:lambda:[^:]*:\d*:function:(.+)$/.exec(reference);
  return (arn?.[1] ?? reference).split(':')[0] ?? reference;
}

interface FunctionCall {
  readonly name: string;
  readonly payload: unknown;
  /** The task's outcome is the bare payload, not the response of Invoke. */
  readonly bare: boolean;
}

/** Which function a task calls, or undefined if it calls none. */
function functionCall(request: TaskRequest): FunctionCall | undefined {
  const invoke = /^arn:[^:]+:states:[^:]*:[^:]*:lambda:invoke(\.waitForTaskToken)?$/;
  if (invoke.test(request.resource)) {
    const args = isObject(request.arguments) ? request.arguments : {};
    if (typeof args.FunctionName !== 'string') return undefined;
    return { name: functionName(args.FunctionName), payload: args.Payload ?? {}, bare: false };
  }
  if (/^arn:[^:]+:lambda:/.test(request.resource)) {
    return { name: functionName(request.resource), payload: request.arguments, bare: true };
  }
  return undefined;
}

/** The world of one case: functions that answer from a list. */
class ScriptedFunctions implements ExecutionHost {
  readonly kernel: Kernel;
  readonly waits: Delay[] = [];
  readonly calls: { function: string; payload: unknown }[] = [];
  readonly #answers: AslCase['lambda'];
  readonly #used = new Map<string, number>();
  execution: Execution | undefined;

  constructor(kernel: Kernel, answers: AslCase['lambda']) {
    this.kernel = kernel;
    this.#answers = answers;
  }

  onDelay(delay: Delay): void {
    this.waits.push(delay);
  }

  onEnd(): void {
    this.kernel.stop();
  }

  startTask(request: TaskRequest, complete: (outcome: TaskOutcome) => void): void {
    const call = functionCall(request);
    if (call === undefined) {
      const cause = `${request.resource} with these Arguments is not a Lambda call, and a case scripts only those`;
      this.kernel.after(0, 'task refused', () => complete({ error: 'States.TaskFailed', cause }));
      return;
    }
    this.calls.push({ function: call.name, payload: call.payload });
    const answer = this.#nextAnswer(call.name);
    if (answer === undefined) {
      const message = `Function not found: arn:aws:lambda:${region}:${accountId}:function:${call.name}`;
      this.#answer(call, { clientError: 'ResourceNotFoundException', statusCode: 404, message }, 0, complete);
    } else if ('token' in answer) {
      this.#answer(call, { payload: null }, 0, complete);
      this.#answerToken(answer.token, request.taskToken);
    } else {
      this.#answer(call, toLambdaAnswer(answer), delaySeconds(answer), complete);
    }
  }

  #nextAnswer(name: string): AslAnswer | undefined {
    const answers = Object.hasOwn(this.#answers, name) ? (this.#answers[name] ?? []) : [];
    const used = this.#used.get(name) ?? 0;
    this.#used.set(name, used + 1);
    return answers[Math.min(used, answers.length - 1)];
  }

  #answer(call: FunctionCall, answer: LambdaAnswer, seconds: number, complete: (outcome: TaskOutcome) => void): void {
    const bareOutput = call.bare && 'payload' in answer;
    const outcome: TaskOutcome = bareOutput ? { output: answer.payload } : lambdaOutcome(answer);
    this.kernel.after(seconds * 1000, `${call.name} answers`, () => complete(outcome));
  }

  /** The token comes back in an event after the function's own answer. */
  #answerToken(token: Extract<AslAnswer, { token: unknown }>['token'], taskToken: string | undefined): void {
    if (taskToken === undefined) return;
    this.kernel.after((token.delay ?? 0) * 1000, 'token comes back', () => {
      if ('ok' in token) this.execution?.sendTaskSuccess(taskToken, token.ok);
      else this.execution?.sendTaskFailure(taskToken, token.error, token.cause ?? '');
    });
  }
}

function delaySeconds(answer: Exclude<AslAnswer, { token: unknown }>): number {
  return 'timeout' in answer ? maximumFunctionSeconds : (answer.delay ?? 0);
}

function toLambdaAnswer(answer: Exclude<AslAnswer, { token: unknown }>): LambdaAnswer {
  if ('timeout' in answer) return { timedOutAfterSeconds: maximumFunctionSeconds };
  if ('clientError' in answer) {
    return { clientError: answer.clientError, statusCode: answer.status ?? 400, message: answer.message ?? '' };
  }
  if ('error' in answer) return { errorType: answer.error, errorMessage: answer.message ?? '' };
  return { payload: answer.ok };
}

/**
 * Makes a case ready to run.
 * @throws InputError when the definition holds what the runner doesn't run
 */
export function loadCase(aslCase: AslCase): StateMachine {
  return loadStateMachine(aslCase.definition, `${aslCase.name}: definition`);
}

/** Runs a case on its own virtual clock, from midnight of 1 January 2026 UTC; the same case and seed give the same result. */
export async function runCase(aslCase: AslCase, definition: StateMachine, seed = 1): Promise<AslResult> {
  const kernel = new Kernel({ seed, startMs: Date.UTC(2026, 0, 1), quiesce });
  const host = new ScriptedFunctions(kernel, aslCase.lambda);
  const execution = new Execution({
    definition,
    name: aslCase.name,
    executionArn: `arn:aws:states:${region}:${accountId}:execution:case:${aslCase.name}`,
    stateMachineArn: `arn:aws:states:${region}:${accountId}:stateMachine:case`,
    roleArn: `arn:aws:iam::${accountId}:role/case`,
    input: aslCase.input,
    host,
  });
  host.execution = execution;
  execution.start();
  await kernel.run();
  const { status, output, error, cause, statesEntered } = execution;
  return {
    name: aslCase.name,
    status,
    output: output ?? null,
    error: error ?? null,
    cause: cause ?? null,
    states: statesEntered,
    waits: host.waits,
    calls: host.calls,
  };
}
