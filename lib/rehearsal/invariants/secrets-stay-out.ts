import { canaryMarks } from '../estate/canary.ts';
import type { TraceEntry } from '../world/trace.ts';
import type { InvariantFactory } from './invariant.ts';

/** What a token for an EKS cluster begins with, and what makes a presigned URL one. */
const credentialMarks = ['k8s-aws-v1.', 'X-Amz-Signature='];
/** Secret keys and session tokens as the world gives them out. */
const issuedPattern = /[0-9a-f]{40,}/g;

/**
 * Rule 14: no value of a Secret, no token and no presigned signature is in a call's trace, in a state machine's data, in
 * a log line or in a page (the last ones are calls, too). Every Secret of the world holds a canary.
 */
export const secretsStayOut: InvariantFactory = (evidence, broken) => {
  const told = new Set<string>();
  const look = (text: string, where: string) => {
    const found = leakIn(text, (value) => evidence.isIssuedSecret(value));
    if (found === undefined || told.has(`${found} ${where}`)) return;
    told.add(`${found} ${where}`);
    broken(`${found} in ${where}`);
  };
  return {
    rule: 14,
    onCall(entry) {
      // Bodies of what is asked of Secrets never get into a trace: only their hashes do.
      if (entry.service === 'dns' || isAboutSecrets(entry)) return;
      const { input, output, error } = entry;
      look(textOf([input, output, error]), `${entry.service} ${entry.operation} of ${functionOf(entry.caller)}`);
    },
    onLogLine(process, text) {
      look(text, `the log of ${functionOf(process)}`);
    },
  };
};

function leakIn(text: string, isIssued: (value: string) => boolean): string | undefined {
  if (canaryMarks.some((mark) => text.includes(mark))) return 'the value of a Secret';
  if (credentialMarks.some((mark) => text.includes(mark))) return 'a token or a presigned signature';
  for (const [value] of text.matchAll(issuedPattern)) if (isIssued(value)) return 'a secret key or a session token';
  return undefined;
}

/** One finding for a function, not one for each of its instances. */
function functionOf(caller: string): string {
  return caller.replace(/#\d+$/, '');
}

function isAboutSecrets({ service, input }: TraceEntry): boolean {
  if (service !== 'kubernetes' || typeof input !== 'object' || input === null || !('path' in input)) return false;
  return /\/secrets(\/|\?|$)/.test(String(input.path));
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    member instanceof Uint8Array ? new TextDecoder().decode(member) : member,
  );
}
