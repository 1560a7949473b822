import { expect, test } from '@jest/globals';
import { lambdaOutcome } from '../../../../lib/rehearsal/states/lambda-outcome.ts';

// https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
test('an answer is the response of Invoke, with metadata where the request is known', () => {
  expect(lambdaOutcome({ payload: undefined, executedVersion: '7', requestId: 'r' })).toEqual({
    output: {
      ExecutedVersion: '7',
      Payload: null,
      SdkHttpMetadata: { HttpStatusCode: 200 },
      SdkResponseMetadata: { RequestId: 'r' },
      StatusCode: 200,
    },
  });
});

test('an error of the function is its type, with the error object as JSON text', () => {
  expect(lambdaOutcome({ errorType: 'RetryableError', errorMessage: 'm', trace: ['at f'] })).toEqual({
    error: 'RetryableError',
    cause: '{"errorType":"RetryableError","errorMessage":"m","trace":["at f"]}',
  });
});

test('an error of the API carries its request', () => {
  expect(lambdaOutcome({ clientError: 'ServiceException', statusCode: 500, message: 'm', requestId: 'r' })).toEqual({
    error: 'Lambda.ServiceException',
    cause: 'm (Service: Lambda, Status Code: 500, Request ID: r)',
  });
});

test('a time-out says after how long', () => {
  expect(lambdaOutcome({ timedOutAfterSeconds: 3, requestId: 'r' })).toEqual({
    error: 'Sandbox.Timedout',
    cause: '{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: r Error: Task timed out after 3.00 seconds"}',
  });
});
