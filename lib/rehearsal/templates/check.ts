import type { ResourceProvider } from '../aws/service.ts';
import type { Stack } from './assembly.ts';
import { references } from './intrinsics.ts';
import { pseudoParameters } from './stack-scope.ts';

/** Says nothing about what is deployed: the CDK's own version report. */
export const acceptedWithoutProvider: ReadonlySet<string> = new Set(['AWS::CDK::Metadata']);

/** What can be refused before anything is created; each names stack, logical id and what. */
export function checkStack(stack: Stack, providers: ReadonlyMap<string, ResourceProvider>): readonly string[] {
  const { Resources, Parameters, Outputs, Conditions } = stack.template;
  const known = (name: string): boolean => pseudoParameters.has(name) || name in Parameters || name in Resources;
  const problems: string[] = [];
  const checkValue = (place: string, value: unknown): void => {
    const { names, unknown } = references(value);
    for (const name of unknown) problems.push(`${stack.name}: ${place}: ${name} is not simulated`);
    for (const name of names) {
      if (!known(name)) problems.push(`${stack.name}: ${place} refers to ${name}, which is not in the template`);
    }
  };
  for (const [logicalId, resource] of Object.entries(Resources)) {
    if (acceptedWithoutProvider.has(resource.Type)) continue;
    if (!providers.has(resource.Type)) {
      problems.push(`${stack.name}: ${logicalId}: resource type ${resource.Type} is not simulated`);
    }
    checkValue(logicalId, resource.Properties);
    for (const name of resource.DependsOn) {
      if (!(name in Resources)) {
        problems.push(`${stack.name}: ${logicalId} depends on ${name}, which is not in the template`);
      }
    }
  }
  for (const [name, condition] of Object.entries(Conditions)) checkValue(`condition ${name}`, condition);
  for (const [name, output] of Object.entries(Outputs)) checkValue(`output ${name}`, [output.Value, output.Export]);
  return problems;
}

/** Logical ids of a stack's resources, each after what it refers to or depends on; throws an Error that shows a cycle. */
export function creationOrder(stack: Stack): readonly string[] {
  const { Resources } = stack.template;
  const done = new Set<string>();
  const open = new Set<string>();
  const visit = (logicalId: string): void => {
    const resource = Resources[logicalId];
    if (resource === undefined || done.has(logicalId)) return;
    if (open.has(logicalId)) throw new Error(`circular dependency ${[...open, logicalId].join(' → ')}`);
    open.add(logicalId);
    for (const name of references(resource.Properties).names) visit(name);
    for (const name of resource.DependsOn) visit(name);
    open.delete(logicalId);
    done.add(logicalId);
  };
  for (const logicalId of Object.keys(Resources)) visit(logicalId);
  return [...done];
}
