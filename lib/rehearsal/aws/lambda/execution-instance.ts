import type { Kernel, Timer } from '../../kernel/kernel.ts';
import type { Internet } from '../../network/internet.ts';
import type { ServiceBus } from '../service.ts';
import type { Sessions } from '../sts/sessions.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import type { InvocationResult } from './invocation.ts';
import type { FunctionError } from './runtime/lambda-context.ts';
import { functionError, LambdaContext } from './runtime/lambda-context.ts';
import { ProcessLoop } from './runtime/process-loop.ts';
import { ReadOnlyFiles } from './runtime/read-only-files.ts';
import { createRealm } from './runtime/realm.ts';
import { watchRejections } from './runtime/unhandled-rejections.ts';

/** One event given to a process. */
export interface FunctionRun {
  /** The caller's name in the trace. */
  readonly process: string;
  readonly eventJson: string;
}

export interface InstanceParts {
  readonly kernel: Kernel;
  readonly bus: ServiceBus;
  readonly internet: Internet;
  readonly sessions: Sessions;
  readonly log: (processName: string, line: string) => void;
  readonly onRun?: ((run: FunctionRun) => void) | undefined;
}

/**
 * Milliseconds from the request to the handler's start in a new environment. Lambda's guide: «from under 100 ms to over
 * 1 second» (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html, «Cold starts and latency»).
 */
const coldStartMs = { from: 200, to: 1000 };
/** The same in an environment that is there; ours. Unverified: lambda.warm-start. */
const warmStartMs = { from: 2, to: 10 };

/** One execution environment: one invocation at a time, frozen in between. */
export class ExecutionInstance {
  readonly name: string;
  readonly #parts: InstanceParts;
  readonly #function: FunctionConfiguration;
  readonly #loop: ProcessLoop;
  #context: LambdaContext | undefined;
  #initialised: 'no' | 'yes' | FunctionError = 'no';
  #end: ((result: InvocationResult) => void) | undefined;
  #timeout: Timer | undefined;

  constructor(parts: InstanceParts, configuration: FunctionConfiguration, number: number) {
    this.#parts = parts;
    this.#function = configuration;
    this.name = `lambda:${configuration.name}@${configuration.region}#${number}`;
    this.#loop = new ProcessLoop(parts.kernel, this.name, (error) => this.#crashed(error));
  }

  get destroyed(): boolean {
    return this.#loop.destroyed;
  }

  /** `ended` runs once, unless the instance is destroyed from outside. */
  run(requestId: string, eventJson: string, ended: (result: InvocationResult) => void): void {
    const { kernel } = this.#parts;
    const random = kernel.random(`lambda/${this.#function.region}/${this.#function.name}`);
    this.#end = (result) => {
      this.#end = undefined;
      this.#timeout?.cancel();
      this.#loop.freeze();
      ended(result);
    };
    const range = this.#context === undefined ? coldStartMs : warmStartMs;
    const startMs = kernel.nowMs + Math.round(random.between(range.from, range.to));
    const start = (): void => this.#handle(requestId, eventJson);
    if (this.#context === undefined) this.#initialise(startMs, start);
    else kernel.at(startMs, this.name, () => this.#ifAlive(start), this.name);
  }

  destroy(): void {
    this.#timeout?.cancel();
    this.#loop.destroy();
    this.#context = undefined;
    this.#end = undefined;
  }

  #ifAlive(act: () => void): void {
    if (!this.#loop.destroyed) act();
  }

  /** The handler starts when the code is loaded and the cold start's time has passed, whichever is later. */
  #initialise(startMs: number, start: () => void): void {
    const { kernel } = this.#parts;
    let waiting = 2;
    const ready = (): void => {
      if (--waiting === 0) start();
    };
    kernel.at(startMs, this.name, () => this.#ifAlive(ready), this.name);
    this.#context = new LambdaContext(this.#environment());
    this.#context.load(this.#function.bundle, this.#function.handlerName, (error) => {
      this.#initialised = error ?? 'yes';
      ready();
    });
  }

  #handle(requestId: string, eventJson: string): void {
    const { kernel } = this.#parts;
    if (typeof this.#initialised === 'object') {
      this.#fail(this.#initialised);
      return;
    }
    this.#parts.onRun?.({ process: this.name, eventJson });
    const { timeoutSeconds, name: functionName, arn: functionArn, memoryMiB } = this.#function;
    const deadlineMs = kernel.nowMs + timeoutSeconds * 1000;
    this.#timeout = kernel.at(deadlineMs, `${this.name} times out`, () => {
      const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds}.00 seconds`;
      this.#fail({ errorType: 'Sandbox.Timedout', errorMessage, trace: [] });
    });
    this.#loop.thaw();
    const facts = { requestId, functionName, functionArn, memoryMiB, deadlineMs };
    this.#context?.invoke(eventJson, facts, (outcome) => this.#end?.(outcome));
  }

  /** An environment that timed out, crashed or could not start is not used again. */
  #fail(error: FunctionError): void {
    const end = this.#end;
    this.destroy();
    end?.({ error });
  }

  #crashed(error: unknown): void {
    this.#parts.kernel.awaitQuiescence();
    this.#fail(functionError(error));
  }

  #environment() {
    const { kernel, bus, internet, sessions, log } = this.#parts;
    const configuration = this.#function;
    const realm = createRealm();
    watchRejections(realm, this.#loop);
    return {
      ...{ loop: this.#loop, bus, internet, realm },
      caller: {
        principal: configuration.roleArn,
        name: this.name,
        accountId: configuration.accountId,
        region: configuration.region,
      },
      random: kernel.random(this.name),
      variables: environmentVariables(configuration, this.name, sessions),
      files: new ReadOnlyFiles(configuration.mounts),
      architecture: configuration.architecture,
      memoryMiB: configuration.memoryMiB,
      log: (line: string) => log(this.name, line),
    };
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
function environmentVariables(
  configuration: FunctionConfiguration,
  processName: string,
  sessions: Sessions,
): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = sessions.issue(configuration.roleArn);
  return {
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    ...configuration.environment,
    _HANDLER: `index.${configuration.handlerName}`,
    AWS_REGION: configuration.region,
    AWS_DEFAULT_REGION: configuration.region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: configuration.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memoryMiB),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${configuration.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: processName,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    LAMBDA_TASK_ROOT: '/var/task',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
  };
}
