import { InputError } from '../../plan/input-error.ts';
import type { Provisioned, ResourceProvider } from '../aws/service.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Assembly, Stack } from './assembly.ts';
import { acceptedWithoutProvider, checkStack, creationOrder } from './check.ts';
import { evaluate } from './intrinsics.ts';
import { type Exports, StackScope, unknownExport } from './stack-scope.ts';
import type { TemplateResource } from './template.ts';

export interface DeployOptions {
  readonly kernel: Kernel;
  /** For stacks that were synthesised without an account. A stack of another account is refused. */
  readonly accountId: string;
  readonly providers: readonly ResourceProvider[];
}

export interface DeployedResource extends Provisioned {
  readonly logicalId: string;
  readonly type: string;
}

export interface DeployedStack {
  readonly name: string;
  readonly region: string;
  readonly resources: ReadonlyMap<string, DeployedResource>;
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Creates in the world what the templates declare: stacks in their order, resources after what they refer to.
 * Throws one InputError that lists everything that the world can't create, each with stack and logical id.
 */
export function deploy(assembly: Assembly, options: DeployOptions): readonly DeployedStack[] {
  const providers = new Map(options.providers.map((provider) => [provider.type, provider]));
  const problems = assembly.stacks.flatMap((stack) => checkStack(stack, providers));
  const exports: Exports = new Map();
  const deployed = assembly.stacks.map((stack) =>
    new StackDeployment(assembly, stack, options, providers, exports).run(problems),
  );
  if (problems.length > 0) {
    throw new InputError(
      `The templates in ${assembly.folder} can't be rehearsed:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
  }
  return deployed;
}

class StackDeployment {
  readonly #assembly: Assembly;
  readonly #stack: Stack;
  readonly #options: DeployOptions;
  readonly #providers: ReadonlyMap<string, ResourceProvider>;
  readonly #exports: Exports;
  readonly #scope: StackScope;

  constructor(
    assembly: Assembly,
    stack: Stack,
    options: DeployOptions,
    providers: ReadonlyMap<string, ResourceProvider>,
    exports: Exports,
  ) {
    this.#assembly = assembly;
    this.#stack = stack;
    this.#options = options;
    this.#providers = providers;
    this.#exports = exports;
    this.#scope = new StackScope(stack, options.accountId, exports);
  }

  run(problems: string[]): DeployedStack {
    const { name, region, accountId } = this.#stack;
    const resources = new Map<string, DeployedResource>();
    const note = (place: string, error: unknown): void => {
      problems.push(`${name}: ${place}: ${error instanceof Error ? error.message : String(error)}`);
    };
    if (accountId !== undefined && accountId !== this.#options.accountId) {
      problems.push(`${name} is for account ${accountId}; the rehearsal has one account, ${this.#options.accountId}`);
    }
    try {
      for (const logicalId of creationOrder(this.#stack)) this.#create(logicalId, resources, note);
    } catch (error) {
      note('resources', error);
    }
    return { name, region, resources, outputs: this.#outputs(note) };
  }

  #create(
    logicalId: string,
    resources: Map<string, DeployedResource>,
    note: (place: string, error: unknown) => void,
  ): void {
    const resource = this.#stack.template.Resources[logicalId];
    if (resource === undefined || acceptedWithoutProvider.has(resource.Type)) return;
    const place = `${logicalId} (${resource.Type})`;
    try {
      if (resource.Condition !== undefined && !this.#scope.condition(resource.Condition)) return;
      const provisioned = this.#check(resource, logicalId, (error) => note(place, error));
      if (provisioned === undefined) return;
      this.#scope.add(logicalId, provisioned);
      resources.set(logicalId, { logicalId, type: resource.Type, ...provisioned });
    } catch (error) {
      this.#scope.stub(logicalId);
      note(place, error);
    }
  }

  /** Undefined: it can't be created; stubbed, and noted unless that is the consequence of what has been noted. */
  #check(resource: TemplateResource, logicalId: string, note: (error: unknown) => void): Provisioned | undefined {
    const properties = evaluate(resource.Properties, this.#scope);
    const leansOnStub = this.#scope.takeUsedStub();
    const provider = this.#providers.get(resource.Type);
    const parsed = provider?.schema.safeParse(properties);
    for (const issue of parsed?.error?.issues ?? []) note(new Error(describe(issue)));
    if (provider === undefined || parsed?.success !== true || leansOnStub) {
      this.#scope.stub(logicalId);
      return undefined;
    }
    return this.#provision(provider, parsed.data, logicalId);
  }

  #provision(provider: ResourceProvider, properties: unknown, logicalId: string): Provisioned {
    const { kernel, accountId } = this.#options;
    const { name: stackName, region } = this.#stack;
    const suffix = kernel.random(`names/${stackName}/${logicalId}`).hex(12).toUpperCase();
    // What `schema` gave out is what `create` takes; the registry of providers can't say so in types.
    return provider.create(properties as never, {
      region,
      accountId,
      stackName,
      logicalId,
      // CloudFormation shortens both parts so that the name fits the type with the narrowest limit, 64 characters.
      generatedName: `${stackName.slice(0, 24)}-${logicalId.slice(0, 24)}-${suffix}`,
      assetPath: (s3Key) => this.#assembly.assets.get(s3Key),
    });
  }

  #outputs(note: (place: string, error: unknown) => void): Readonly<Record<string, string>> {
    const outputs: Record<string, string> = {};
    for (const [name, output] of Object.entries(this.#stack.template.Outputs)) {
      try {
        if (output.Condition !== undefined && !this.#scope.condition(output.Condition)) continue;
        const value = String(evaluate(output.Value, this.#scope));
        const leansOnStub = this.#scope.takeUsedStub();
        outputs[name] = value;
        if (output.Export === undefined) continue;
        const exported = `${this.#stack.region}/${String(evaluate(output.Export.Name, this.#scope))}`;
        if (this.#exports.has(exported)) throw new Error(`export ${exported} exists already`);
        this.#exports.set(exported, leansOnStub ? unknownExport : value);
      } catch (error) {
        note(`output ${name}`, error);
      }
    }
    return outputs;
  }
}

function describe(issue: {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
}): string {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys' && 'keys' in issue && Array.isArray(issue.keys)) {
    const keys = issue.keys.map((key) => (path === '' ? String(key) : `${path}.${key}`));
    return `${keys.length === 1 ? 'property' : 'properties'} ${keys.join(', ')} not simulated`;
  }
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}
