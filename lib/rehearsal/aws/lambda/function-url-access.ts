import type { HttpRequest } from '../../network/internet.ts';
import type { Caller, IamDemand } from '../service.ts';
import type { Sessions } from '../sts/sessions.ts';
import { signerOf } from '../sts/signed-request.ts';
import type { FunctionConfiguration } from './function-configuration.ts';

export type UrlAuthType = 'NONE' | 'AWS_IAM';

/** `requestContext.authorizer.iam` of the event (https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html). */
export interface UrlIdentity {
  readonly accessKey: string;
  readonly accountId: string;
  readonly callerId: string;
  readonly cognitoIdentity: null;
  readonly principalOrgId: null;
  readonly userArn: string;
  readonly userId: string;
}

export type UrlCaller = Caller & { readonly identity: UrlIdentity | undefined };

/** What AWS answers to those who may not ask (claim lambda.url-refusal). */
export const forbidden =
  'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html';

/**
 * Whoever asks a URL: nobody in particular without authentication, where only a statement for everybody
 * (`Principal: "*"`) lets them in; else the session that signed. `refused`: no right signature, in words that are
 * unverified (lambda.url-signature-refusals).
 */
export function urlCaller(
  request: HttpRequest,
  authType: UrlAuthType,
  { accountId, region }: FunctionConfiguration,
  { sessions, nowMs }: { readonly sessions: Sessions; readonly nowMs: number },
): UrlCaller | { readonly refused: string } {
  if (authType === 'NONE') {
    const name = request.from;
    return { principal: 'anonymous', name, accountId, region: request.fromRegion, identity: undefined };
  }
  const signer = signerOf(request, { sessions, service: 'lambda', region, nowMs });
  if ('refused' in signer) return signer;
  const { principal, name = 'session' } = signer.session;
  // A role is known by an id that IAM makes up; who assumed it adds the session's name.
  const callerId = `AROA${principal.length.toString().padStart(16, '0')}:${name}`;
  const userArn = `arn:aws:sts::${accountId}:assumed-role/${principal.split('/').at(-1)}/${name}`;
  const identity = {
    accessKey: signer.accessKeyId,
    accountId,
    callerId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn,
    userId: callerId,
  };
  return { principal, name: userArn, accountId, region: request.fromRegion, identity };
}

/** Since October 2025 a URL needs both (https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html). */
export function urlDemands(authType: UrlAuthType, { arn: resource }: FunctionConfiguration): readonly IamDemand[] {
  const context = { 'lambda:FunctionUrlAuthType': authType, 'lambda:InvokedViaFunctionUrl': 'true' };
  return ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'].map((action) => ({ action, resource, context }));
}
