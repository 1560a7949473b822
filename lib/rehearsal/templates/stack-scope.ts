import type { Provisioned } from '../aws/service.ts';
import type { Stack } from './assembly.ts';
import { evaluate, noValue, type Scope } from './intrinsics.ts';

/** The value of an export whose resource could not be created, which has been reported. */
export const unknownExport = Symbol('unknown export');

/** Exports of the stacks deployed so far, by `region/name`: an export is visible in its own region. */
export type Exports = Map<string, string | typeof unknownExport>;

/** The version of the CDK's bootstrap stack that accounts are assumed to have; synthesised templates ask for 6 or more. */
const bootstrapVersion = '30';

export const pseudoParameters: ReadonlySet<string> = new Set([
  'AWS::Region',
  'AWS::AccountId',
  'AWS::Partition',
  'AWS::URLSuffix',
  'AWS::StackName',
  'AWS::StackId',
  'AWS::NoValue',
]);

/** The names of one stack while it is deployed. */
export class StackScope implements Scope {
  readonly #stack: Stack;
  readonly #accountId: string;
  readonly #exports: Exports;
  readonly #created = new Map<string, Provisioned>();
  readonly #stubs = new Set<string>();
  #usedStub = false;

  constructor(stack: Stack, accountId: string, exports: Exports) {
    this.#stack = stack;
    this.#accountId = accountId;
    this.#exports = exports;
  }

  add(logicalId: string, provisioned: Provisioned): void {
    this.#created.set(logicalId, provisioned);
  }

  /**
   * The resource could not be created, which has been reported: from now on names of it give something of the right
   * shape, so that whoever refers to it can still be checked.
   */
  stub(logicalId: string): void {
    this.#stubs.add(logicalId);
  }

  /** Has a stub been used since the last time this was asked? */
  takeUsedStub(): boolean {
    const used = this.#usedStub;
    this.#usedStub = false;
    return used;
  }

  ref(name: string): unknown {
    if (pseudoParameters.has(name)) return this.#pseudo(name);
    const parameter = this.#stack.template.Parameters[name];
    if (parameter !== undefined) return parameterValue(name, parameter);
    if (this.#stubs.has(name)) return this.#stubValue(name);
    return this.#resource(name).ref;
  }

  attribute(logicalId: string, attribute: string): unknown {
    if (this.#stubs.has(logicalId)) return this.#stubValue(logicalId);
    const value = this.#resource(logicalId).attributes[attribute];
    if (value === undefined) {
      const type = this.#stack.template.Resources[logicalId]?.Type;
      throw new Error(`attribute ${attribute} of ${logicalId} (${type}) is not simulated`);
    }
    return value;
  }

  importValue(name: string): unknown {
    const value = this.#exports.get(`${this.#stack.region}/${name}`);
    if (value === unknownExport) return this.#stubValue(name);
    if (value === undefined) throw new Error(`no stack in ${this.#stack.region} exports ${name} (yet)`);
    return value;
  }

  mapped(map: string, top: string, second: string): unknown {
    const value = this.#stack.template.Mappings[map]?.[top]?.[second];
    if (value === undefined) throw new Error(`mapping ${map} has no ${top}, ${second}`);
    return value;
  }

  condition(name: string): boolean {
    const condition = this.#stack.template.Conditions[name];
    if (condition === undefined) throw new Error(`there is no condition ${name}`);
    return evaluate(condition, this) === true;
  }

  #resource(logicalId: string): Provisioned {
    const provisioned = this.#created.get(logicalId);
    if (provisioned === undefined) throw new Error(`${logicalId} is not there`);
    return provisioned;
  }

  #stubValue(name: string): string {
    this.#usedStub = true;
    return `arn:aws:stub:${this.#stack.region}:${this.#accountId}:${name}`;
  }

  #pseudo(name: string): unknown {
    const { name: stackName, region } = this.#stack;
    switch (name) {
      case 'AWS::Region':
        return region;
      case 'AWS::AccountId':
        return this.#accountId;
      case 'AWS::Partition':
        return 'aws';
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      case 'AWS::StackName':
        return stackName;
      case 'AWS::StackId':
        return `arn:aws:cloudformation:${region}:${this.#accountId}:stack/${stackName}/00000000-0000-4000-8000-000000000000`;
      default:
        return noValue;
    }
  }
}

function parameterValue(name: string, parameter: { Type: string; Default?: string | number | undefined }): string {
  if (parameter.Type.startsWith('AWS::SSM::Parameter::Value')) {
    if (/^\/cdk-bootstrap\/[^/]+\/version$/.test(String(parameter.Default))) return bootstrapVersion;
    throw new Error(`parameter ${name} reads SSM parameter ${parameter.Default}, which is not simulated`);
  }
  if (parameter.Default === undefined) throw new Error(`parameter ${name} has no default`);
  return String(parameter.Default);
}
