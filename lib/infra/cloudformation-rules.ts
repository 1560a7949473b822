import { CfnResource, type IAspect } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { InputError } from '../plan/input-error.ts';
import { resourceFaults } from './resource-faults.ts';

/** Refuses at synthesis what CloudFormation would refuse hours later, with the stack half made. */
export class CloudFormationRules implements IAspect {
  visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node)) return;
    const template = node.stack.resolve(node._toCloudFormation()) as { Resources: Record<string, unknown> };
    for (const resource of Object.values(template.Resources)) {
      const faults = resourceFaults(resource as Parameters<typeof resourceFaults>[0]);
      if (faults.length > 0) throw new InputError(`${node.node.path}: ${faults.join('; ')}`);
    }
  }
}
