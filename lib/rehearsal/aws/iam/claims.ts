import { claimsOf } from '../../claims/claim.ts';

export const iamClaims = claimsOf('iam', 'always', {
  decision: {
    rule: 'An explicit deny wins; else an identity policy or a resource policy that names the principal allows.',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html',
  },
  'condition-operators': {
    rule: 'Condition operators with IfExists, ForAllValues and ForAnyValue; a missing key fails a positive operator.',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html',
  },
  'global-keys': {
    rule: 'Global condition keys of a request: region, time, principal, and of a service’s calls the source’s ARN and account.',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html',
  },
  'managed-policies': {
    rule: 'AWS’s own policies are what the AWS Managed Policy Reference prints.',
    source: 'https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html',
  },
  'key-policies': {
    rule: 'A key’s policy must take part in every decision on the key.',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html',
  },
});
