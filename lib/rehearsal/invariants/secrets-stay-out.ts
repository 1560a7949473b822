import { canaryMarks } from '../estate/canary.ts';
import type { TraceEntry } from '../world/trace.ts';
import type { InvariantFactory } from './invariant.ts';

/** What a token for an EKS cluster begins with, and what makes a presigned URL one. */
const credentialMarks = ['k8s-aws-v1.', 'X-Amz-Signature='];
/** Secret keys and session tokens as the world gives them out. */
const issuedPattern = /[0-9a-f]{40,}/g;
const shortestIssued = 40;
const shortestMark = Math.min(...[...canaryMarks, ...credentialMarks].map((mark) => mark.length));

/**
 * Rule 14: no value of a Secret, no token and no presigned signature is in a call's trace, in a state machine's data, in
 * a log line or in a page (the last ones are calls, too). Every Secret of the world holds a canary.
 */
export const secretsStayOut: InvariantFactory = (evidence, broken) => {
  const told = new Set<string>();
  const look = (said: unknown, where: () => string) => {
    const found = leakIn(said, (value) => evidence.isIssuedSecret(value));
    if (found === undefined) return;
    const finding = `${found} in ${where()}`;
    if (told.has(finding)) return;
    told.add(finding);
    broken(finding);
  };
  return {
    rule: 14,
    onCall(entry) {
      // Bodies of what is asked of Secrets never get into a trace: only their hashes do.
      if (entry.service === 'dns' || isAboutSecrets(entry)) return;
      const { input, output, error } = entry;
      look([input, output, error], () => `${entry.service} ${entry.operation} of ${functionOf(entry.caller)}`);
    },
    onLogLine(process, text) {
      look(text, () => `the log of ${functionOf(process)}`);
    },
  };
};

/** Goes through everything that is said, names of members too; nothing is copied, because every call is looked at. */
function leakIn(said: unknown, isIssued: (value: string) => boolean): string | undefined {
  if (typeof said === 'string') return leakInText(said, isIssued);
  if (typeof said !== 'object' || said === null) return undefined;
  if (said instanceof Uint8Array) return leakInText(Buffer.from(said).toString('utf8'), isIssued);
  for (const name in said) {
    if (!Object.hasOwn(said, name)) continue;
    const found = leakInText(name, isIssued) ?? leakIn(said[name as keyof typeof said], isIssued);
    if (found !== undefined) return found;
  }
  return undefined;
}

function leakInText(text: string, isIssued: (value: string) => boolean): string | undefined {
  if (text.length < shortestMark) return undefined;
  if (canaryMarks.some((mark) => text.includes(mark))) return 'the value of a Secret';
  if (credentialMarks.some((mark) => text.includes(mark))) return 'a token or a presigned signature';
  if (text.length < shortestIssued) return undefined;
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
