import { InputError } from '../../../../plan/input-error.ts';
import type { Bundle, ImportKeyword } from './bundle.ts';
import type { ExecutionEnvironment } from './execution-environment.ts';
import { installGlobals } from './globals.ts';
import type { ImportRequest } from './module-script.ts';
import type { BuiltinModules } from './modules/builtin-modules.ts';
import { realmError } from './realm.ts';
import { attachWorld } from './sdk-client.ts';

/** An error as Lambda reports it in the payload of a failed invocation. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

export type HandlerOutcome = { readonly payload: string } | { readonly error: FunctionError };

/** What the function's context object says of the invocation. */
export interface InvocationFacts {
  readonly requestId: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMiB: number;
  readonly deadlineMs: number;
}

type Namespace = Readonly<Record<string, unknown>>;
type Handler = (event: unknown, context: unknown) => unknown;

/**
 * The code of a function in a `vm` context of its own: the bundle that the template's asset holds, run as it is. State of
 * its modules lives as long as this object.
 */
export class LambdaContext {
  readonly #environment: ExecutionEnvironment;
  readonly #modules: BuiltinModules;
  readonly #namespaces = new Map<string, Namespace>();
  #handler: Handler | undefined;

  constructor(environment: ExecutionEnvironment) {
    this.#environment = environment;
    const { modules, diagnosticsChannel } = installGlobals(environment);
    this.#modules = modules;
    diagnosticsChannel.channel('lifeboat:aws-client').subscribe((message) => {
      const client =
        typeof message === 'object' && message !== null && 'client' in message ? message.client : undefined;
      attachWorld(client, environment);
    });
  }

  /** Runs the module's top level; `loaded` gets the error that made the initialisation fail. */
  load(bundle: Bundle, handlerName: string, loaded: (error?: FunctionError) => void): void {
    const { loop } = this.#environment;
    loop.kernel.awaitQuiescence();
    const done = (error?: FunctionError): void => {
      loop.kernel.awaitQuiescence();
      if (!loop.destroyed) loaded(error);
    };
    this.#evaluate(bundle).then(
      (namespace) => {
        const handler: unknown = Reflect.get(namespace, handlerName);
        if (typeof handler === 'function') this.#handler = handler as Handler;
        const message = `${handlerName} is undefined or not exported`;
        done(
          this.#handler === undefined
            ? { errorType: 'Runtime.HandlerNotFound', errorMessage: message, trace: [] }
            : undefined,
        );
      },
      (error: unknown) => (error instanceof InputError ? loop.fail(error) : done(initialisationError(error))),
    );
  }

  invoke(eventJson: string, facts: InvocationFacts, respond: (outcome: HandlerOutcome) => void): void {
    const { loop, realm } = this.#environment;
    const settle = (outcome: HandlerOutcome): void => {
      loop.kernel.awaitQuiescence();
      if (!loop.destroyed) respond(outcome);
    };
    loop.deliver(() => {
      const event: unknown = realm.JSON.parse(eventJson);
      const running = new realm.Promise((resolve) => resolve(this.#handler?.(event, this.#contextObject(facts))));
      running.then(
        (value) => settle(this.#payload(value)),
        (error: unknown) => settle({ error: functionError(error) }),
      );
    });
  }

  async #evaluate(bundle: Bundle): Promise<object> {
    const { realm } = this.#environment;
    const load = async (specifier: unknown): Promise<unknown> => this.#builtin(String(specifier));
    const file = bundle.identifier.replace('file://', '');
    const meta = Object.assign(new realm.Object(), { url: bundle.identifier, filename: file, dirname: '/var/task' });
    const keyword: ImportKeyword = Object.assign(
      (specifier: unknown) => new realm.Promise((resolve) => resolve(load(specifier))),
      { meta },
    );
    return bundle.evaluate(realm, (request) => this.#imported(request), keyword);
  }

  #imported({ specifier, names }: ImportRequest): readonly unknown[] {
    const namespace = this.#builtin(specifier);
    return names.map(([name]) => {
      if (name === '*') return namespace;
      if (name in namespace) return namespace[name];
      throw new SyntaxError(`The requested module '${specifier}' does not provide an export named '${name}'`);
    });
  }

  /** What `import * as` gives: an object without prototype that can't be changed. */
  #builtin(specifier: string): Namespace {
    const name = specifier.replace(/^node:/, '');
    const known = this.#namespaces.get(name);
    if (known !== undefined) return known;
    const exports = this.#modules.get(name);
    if (exports === undefined) {
      const members = { code: 'ERR_MODULE_NOT_FOUND' };
      const message = `Cannot find package '${specifier}' imported from the bundle`;
      throw realmError(this.#environment.realm, message, members);
    }
    const members: Record<string, unknown> = Object.create(null);
    for (const key of new Set([...Object.keys(exports), 'default'].sort())) {
      members[key] = key === 'default' ? this.#modules.default(name) : exports[key];
    }
    const namespace = Object.freeze(Object.defineProperty(members, Symbol.toStringTag, { value: 'Module' }));
    this.#namespaces.set(name, namespace);
    return namespace;
  }

  #payload(value: unknown): HandlerOutcome {
    try {
      return { payload: this.#environment.realm.JSON.stringify(value) ?? 'null' };
    } catch (error) {
      return { error: { ...functionError(error), errorType: 'Runtime.MarshalError' } };
    }
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
  #contextObject(facts: InvocationFacts): object {
    const { loop, realm } = this.#environment;
    return Object.assign(new realm.Object(), {
      functionName: facts.functionName,
      functionVersion: '$LATEST',
      invokedFunctionArn: facts.functionArn,
      memoryLimitInMB: String(facts.memoryMiB),
      awsRequestId: facts.requestId,
      logGroupName: `/aws/lambda/${facts.functionName}`,
      logStreamName: loop.name,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, Math.floor(facts.deadlineMs - loop.kernel.nowMs)),
    });
  }
}

/** The runtime reports a bundle that can't be parsed or linked under names of its own. */
function initialisationError(error: unknown): FunctionError {
  const reported = functionError(error);
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  const type =
    reported.errorType === 'SyntaxError'
      ? 'Runtime.UserCodeSyntaxError'
      : code === 'ERR_MODULE_NOT_FOUND'
        ? 'Runtime.ImportModuleError'
        : undefined;
  if (type === undefined) return reported;
  return { ...reported, errorType: type, errorMessage: `${reported.errorType}: ${reported.errorMessage}` };
}

/** Stack lines outside the function's own code depend on the machine that rehearses, and are left out. */
export function functionError(error: unknown): FunctionError {
  if (typeof error !== 'object' || error === null) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  const name = 'name' in error && typeof error.name === 'string' ? error.name : 'Error';
  const message = 'message' in error && typeof error.message === 'string' ? error.message : '';
  const stack = 'stack' in error && typeof error.stack === 'string' ? error.stack : '';
  const own = stack.split('\n').filter((line) => line.includes('/var/task/') || line.includes('/opt/'));
  return { errorType: name, errorMessage: message, trace: [`${name}: ${message}`, ...own] };
}
