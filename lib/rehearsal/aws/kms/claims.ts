import { claimsOf } from '../../claims/claim.ts';

export const kmsClaims = claimsOf('kms', ['kms'], {
  'plaintext-size': {
    rule: 'Encrypt takes 4096 bytes with a symmetric key.',
    source: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html',
  },
});
