import type { KeyDirectory } from '../../../../lib/rehearsal/aws/kms/key-directory.ts';

export const keyArn = 'arn:aws:kms:eu-west-1:111122223333:key/k1';

/** One key, in eu-west-1. */
export const keys: KeyDirectory = {
  findKey: (region, id) =>
    region === 'eu-west-1' && id === keyArn ? { keyArn, aliases: () => ['alias/bank'] } : undefined,
};
