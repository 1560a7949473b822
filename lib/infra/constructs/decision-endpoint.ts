import { Fn } from 'aws-cdk-lib';
import { CfnPermission, CfnUrl } from 'aws-cdk-lib/aws-lambda';
import { CfnHealthCheck } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { functionName } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import type { LifeboatFunction } from './lifeboat-function.ts';

/** Route 53 allows 10 or 30 s. With about 16 checkers a fast check is a request every 0.6 s. */
export const healthCheckIntervalSeconds = 10;
/** Failed (or good) checks in a row until a checker changes its mind. Route 53's default. */
export const healthCheckFailureThreshold = 3;
/** What answer-decision serves; everything else is 404. */
const servingPath = '/serving';

export interface DecisionEndpointProps {
  readonly plan: Plan;
  readonly region: string;
  readonly answerDecision: LifeboatFunction;
}

/**
 * Where Route 53 asks whether this region serves: a function URL and the health check on it. The checkers are anonymous,
 * so the URL is public; the answer is one bit that DNS publishes anyway.
 */
export class DecisionEndpoint extends Construct {
  readonly url: string;
  readonly healthCheckId: string;

  constructor(scope: Construct, id: string, props: DecisionEndpointProps) {
    super(scope, id);
    const target = props.answerDecision.lambda;
    const url = new CfnUrl(this, 'Url', {
      targetFunctionArn: target.functionArn,
      authType: 'NONE',
      invokeMode: 'BUFFERED',
    });
    this.url = url.attrFunctionUrl;
    // Both are needed since October 2025. Source: Lambda developer guide, "Control access to function URLs".
    new CfnPermission(this, 'MayAskUrl', {
      functionName: target.functionArn,
      action: 'lambda:InvokeFunctionUrl',
      principal: '*',
      functionUrlAuthType: 'NONE',
    });
    new CfnPermission(this, 'MayInvokeThroughUrl', {
      functionName: target.functionArn,
      action: 'lambda:InvokeFunction',
      principal: '*',
      invokedViaFunctionUrl: true,
    });
    const healthCheck = new CfnHealthCheck(this, 'HealthCheck', {
      healthCheckConfig: {
        type: 'HTTPS',
        // https://HOST/
        fullyQualifiedDomainName: Fn.select(2, Fn.split('/', url.attrFunctionUrl)),
        port: 443,
        resourcePath: servingPath,
        enableSni: true,
        requestInterval: healthCheckIntervalSeconds,
        failureThreshold: healthCheckFailureThreshold,
      },
      healthCheckTags: [{ key: 'Name', value: functionName(props.plan, `serving-${props.region}`) }],
    });
    this.healthCheckId = healthCheck.attrHealthCheckId;
  }
}
