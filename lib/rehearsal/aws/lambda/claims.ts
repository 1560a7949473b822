import { claimsOf } from '../../claims/claim.ts';

export const lambdaClaims = claimsOf('lambda', ['lambda'], {
  'cold-start': {
    rule: 'A new environment takes 0.2 to 1 s until the handler starts.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html',
  },
  'warm-start': {
    rule: 'An environment that is there takes 2 to 10 ms.',
  },
  'idle-end': {
    rule: 'An idle environment ends after 5 to 10 minutes.',
  },
  freeze: {
    rule: 'Between invocations an environment is frozen: timers and answers that fall due run at the next thaw.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html',
  },
  concurrency: {
    rule: '1000 executions at a time in an account and region; more are TooManyRequestsException.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html',
  },
  'environment-variables': {
    rule: 'Functions see the reserved variables of the runtime beside their own.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime',
  },
  'context-object': {
    rule: 'The handler’s context has the request id, the ARN, memory, log names and the remaining time.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html',
  },
  'async-retries': {
    rule: 'An asynchronous event is tried twice more, after one minute and two, for six hours at the most.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html',
  },
  'async-records': {
    rule: 'A destination gets an invocation record with the condition, the request and the response.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html',
  },
  'url-event': {
    rule: 'A function URL gives its function the payload format 2.0.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html',
  },
  'url-permissions': {
    rule: 'Who asks a URL needs lambda:InvokeFunctionUrl and lambda:InvokeFunction.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html',
  },
  'url-refusal': {
    rule: 'Who may not ask a URL gets 403 and «Forbidden. For troubleshooting Function URL authorization issues, see: …».',
    source: 'https://github.com/awsdocs/aws-lambda-developer-guide/issues/494',
  },
  'url-signature-refusals': {
    rule: 'The words in which a URL refuses a bad signature.',
  },
  'url-tls': {
    rule: 'Function URLs are HTTPS on port 443.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html',
  },
  'creation-checks': {
    rule: 'A function whose role may not write to its traces, dead letter queue or destination is refused.',
    source: 'https://github.com/aws-samples/aws-serverless-ecommerce-platform/issues/41',
  },
  'mapping-role': {
    rule: 'An event source mapping whose role may not read the stream is refused.',
    source: 'https://github.com/aws-samples/lambda-refarch-webapp/issues/7',
  },
  'stream-order': {
    rule: 'A shard is read in its order: the next batch when the one before is done or given up.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html',
  },
  'stream-filters': {
    rule: 'Five filters at most, one of which must match, on the dynamodb key only.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html',
  },
  'stream-at-least-once': {
    rule: 'A batch of a stream may be delivered twice.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html',
  },
  'stream-polls': {
    rule: 'A shard is polled four times a second.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html',
  },
  'stream-failures': {
    rule: 'A batch that fails is tried again until its retries or its age are used up, split at no cost of retries; then the destination hears where it lies.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html',
  },
  'stream-age-condition': {
    rule: 'What is given up for its age has the condition RecordAgeExceeded.',
  },
  'stream-backoff': {
    rule: 'Attempts at a batch wait one second and then longer and longer, a minute at the most.',
  },
  'iterator-age': {
    rule: 'IteratorAge is the age of the last record of a batch.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html',
  },
});
