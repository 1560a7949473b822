import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { defaultEventBusArn } from '../arns.ts';
import type { LifeboatFunction } from './lifeboat-function.ts';

export const suspectedDetailType = 'Incident Suspected';
export const closedDetailType = 'Incident Closed';

export const yieldDetailType = 'Yield Requested';

type DetailType = typeof suspectedDetailType | typeof closedDetailType | typeof yieldDetailType;

/** Lets a function put events of these types on its own region's default bus, and nothing else. */
export function grantIncidentEvents(grantee: LifeboatFunction, ...detailTypes: readonly DetailType[]): void {
  grantee.role.addToPolicy(
    new PolicyStatement({
      actions: ['events:PutEvents'],
      resources: [defaultEventBusArn(grantee, Stack.of(grantee).region)],
      conditions: {
        StringEquals: { 'events:source': 'lifeboat', 'events:detail-type': detailTypes },
      },
    }),
  );
}
