/** What an error is known by, wherever it was made. */
export interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly cause?: unknown;
}

/** For people: `AccessDenied: …`, of whatever was thrown. */
export function firstMessage(thrown: unknown): string {
  return isErrorLike(thrown) ? `${thrown.name}: ${thrown.message}` : String(thrown);
}

/**
 * `instanceof Error` says no to errors of another realm, and Node's own (node:dns, fetch, abort reasons) are of another
 * realm than the code where a handler runs in a vm context, as in the rehearsal.
 */
export function isErrorLike(thrown: unknown): thrown is ErrorLike {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    'name' in thrown &&
    typeof thrown.name === 'string' &&
    'message' in thrown &&
    typeof thrown.message === 'string'
  );
}
