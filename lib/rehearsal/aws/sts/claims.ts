import { claimsOf } from '../../claims/claim.ts';

export const stsClaims = claimsOf('sts', ['sts'], {
  'caller-identity': {
    rule: 'GetCallerIdentity needs no permission.',
    source: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html',
  },
  signatures: {
    rule: 'Requests and presigned URLs carry a signature of version 4 over method, path, query, headers and body.',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html',
  },
});
