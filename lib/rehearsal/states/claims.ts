import { claimsOf } from '../claims/claim.ts';

export const statesClaims = claimsOf('states', ['sfn'], {
  'error-names': {
    rule: 'The predefined errors, and which of them States.ALL, States.TaskFailed and States.Timeout take.',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html',
  },
  retriers: {
    rule: 'Bounds of a retrier’s numbers; pauses grow by BackoffRate up to MaxDelaySeconds, jitter FULL draws from all of it.',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html',
  },
  transforming: {
    rule: 'Output and Assign see the values at the state’s entry and its result.',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html',
  },
  functions: {
    rule: '$partition, $range, $hash, $random, $uuid and $parse beside JSONata’s own; no $eval.',
    source:
      'https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-step-functions',
  },
  jsonata: {
    rule: 'Expressions are JSONata 2.0.',
    source: 'https://docs.jsonata.org',
  },
  variables: {
    rule: 'An Assign has 256 KiB, all variables 10 MiB; names have 80 characters.',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html',
  },
  'payload-size': {
    rule: 'Input, output and results have 262,144 bytes; else States.DataLimitExceeded.',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html',
  },
  history: {
    rule: 'An execution has 25,000 events.',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html',
  },
  waits: {
    rule: 'Waits and time-outs up to 99,999,999 s; timestamps in the RFC 3339 profile of ISO 8601.',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html',
  },
  'inline-map': {
    rule: 'An inline Map runs 40 iterations at a time.',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html',
  },
  'lambda-outcome': {
    rule: 'A function’s error fails the task under its type, an API’s error as Lambda.<name>, a time-out as Sandbox.Timedout.',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html',
  },
  'state-names': {
    rule: 'Names of states have 80 characters and are unique in their machine.',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/workflow-states.html',
  },
});
