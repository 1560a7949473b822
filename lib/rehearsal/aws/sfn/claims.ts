import { claimsOf } from '../../claims/claim.ts';

export const sfnClaims = claimsOf('sfn', ['sfn'], {
  'start-execution': {
    rule: 'The same name and input again answer with the running execution, another input is ExecutionAlreadyExists.',
    source: 'https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html',
  },
  'name-reuse': {
    rule: 'A name can be used again 90 days after its execution ended.',
    source: 'https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html',
  },
  'status-events': {
    rule: 'Every change of an execution’s status is an event on the default bus.',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html',
  },
  'publish-task': {
    rule: 'A task may publish to SNS with JSON that becomes the message.',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/connect-sns.html',
  },
  'logging-role': {
    rule: 'A machine whose role can’t write to its log group is refused.',
    source: 'https://github.com/aws/aws-cdk/issues/26432',
  },
  'missing-permission': {
    rule: 'A function that the role may not invoke fails the task with Lambda.AWSLambdaException.',
    source: 'https://github.com/awslabs/aws-deployment-framework/issues/460',
  },
});
