import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { defaultEventBusArn } from '../arns.ts';
import type { LifeboatFunction } from './lifeboat-function.ts';

export const suspectedDetailType = 'Incident Suspected';
export const closedDetailType = 'Incident Closed';

/** Lets a function say on its own region's default bus that an incident began or ended, and nothing else. */
export function grantIncidentEvents(grantee: LifeboatFunction): void {
  grantee.role.addToPolicy(
    new PolicyStatement({
      actions: ['events:PutEvents'],
      resources: [defaultEventBusArn(grantee, Stack.of(grantee).region)],
      conditions: {
        StringEquals: { 'events:source': 'lifeboat', 'events:detail-type': [suspectedDetailType, closedDetailType] },
      },
    }),
  );
}
