import type { TaskOutcome, TaskRequest } from '../../states/execution.ts';
import { isObject, type JsonObject } from '../../states/json.ts';
import type { LambdaAnswer } from '../../states/lambda-outcome.ts';
import { lambdaOutcome } from '../../states/lambda-outcome.ts';
import type { AwsServiceError, ServiceResult } from '../service.ts';

/** The request of a task, and how its answer becomes the task's outcome. */
export interface TaskCall {
  /** SDK package suffix. */
  readonly service: string;
  readonly operation: string;
  readonly input: Record<string, unknown>;
  outcome(result: ServiceResult): TaskOutcome;
}

/** The call that a Task state makes; the arguments are the integration's own. */
export function taskCall(request: TaskRequest): TaskCall {
  const given = isObject(request.arguments) ? request.arguments : {};
  return request.resource.startsWith('arn:aws:states:::sns:') ? publishCall(given) : invokeCall(given);
}

function invokeCall(given: JsonObject): TaskCall {
  const { Payload, ...others } = given;
  return {
    service: 'lambda',
    operation: 'Invoke',
    input: {
      InvocationType: 'RequestResponse',
      ...others,
      ...(Payload === undefined ? {} : { Payload: new TextEncoder().encode(JSON.stringify(Payload)) }),
    },
    outcome: (result) => lambdaOutcome('error' in result ? refusal(result.error) : answer(result.output)),
  };
}

/** Claim sfn.missing-permission: Step Functions reports it under the general name of Lambda's exceptions. */
function refusal(error: AwsServiceError): LambdaAnswer {
  const denied = error.name.startsWith('AccessDenied');
  return {
    clientError: denied ? 'AWSLambdaException' : error.name,
    statusCode: error.statusCode,
    message: error.message,
  };
}

function answer(output: Record<string, unknown>): LambdaAnswer {
  const payload = parsePayload(output.Payload);
  if (output.FunctionError === undefined) {
    const version = output.ExecutedVersion;
    return typeof version === 'string' ? { payload, executedVersion: version } : { payload };
  }
  const failure = isObject(payload) ? payload : {};
  return {
    errorType: typeof failure.errorType === 'string' ? failure.errorType : 'Lambda.Unknown',
    errorMessage: typeof failure.errorMessage === 'string' ? failure.errorMessage : '',
    ...(Array.isArray(failure.trace) ? { trace: failure.trace.map(String) } : {}),
  };
}

function parsePayload(payload: unknown): unknown {
  const text = ArrayBuffer.isView(payload)
    ? Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString()
    : payload;
  return typeof text === 'string' && text !== '' ? JSON.parse(text) : null;
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-sns.html */
function publishCall(given: JsonObject): TaskCall {
  const { Message } = given;
  return {
    service: 'sns',
    operation: 'Publish',
    input: {
      ...given,
      ...(Message === undefined || typeof Message === 'string' ? {} : { Message: JSON.stringify(Message) }),
    },
    outcome: (result) =>
      'error' in result
        ? { error: `SNS.${result.error.name}`, cause: result.error.message }
        : { output: { ...result.output, SdkHttpMetadata: { HttpStatusCode: 200 } } },
  };
}
