/** What a page or a log has room for. */
const longestMessage = 500;

/**
 * An API server refused a request. `code` is the HTTP status, as in the errors of the Kubernetes client: 5xx and 429
 * may pass by themselves. The message holds what the server said, never a body that was sent or values out of it.
 */
export class ApiServerError extends Error {
  override readonly name = 'ApiServerError';
  readonly code: number;
  /** Of the server's Status object: `Forbidden`, `AlreadyExists`, `Conflict` …; absent when something else answered. */
  readonly reason: string | undefined;

  constructor(message: string, code: number, reason: string | undefined) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

/** A `Status` object: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
interface Status {
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly field?: string }[] };
}

export function apiServerError(
  request: { readonly method: string; readonly url: string },
  answer: { readonly status: number; readonly text: string },
): ApiServerError {
  const status = parsed(answer.text);
  const { reason } = status;
  const said = [reason, textOf(status)].filter((part) => part !== undefined && part !== '').join(': ');
  const message = `${request.method} ${new URL(request.url).pathname} was answered with ${answer.status}`;
  return new ApiServerError(`${message} ${said}`.trim().slice(0, longestMessage), answer.status, reason);
}

/** The server quotes an invalid value in its message, and that may be a secret one: then only the fields are named. */
function textOf({ reason, message, details }: Status): string | undefined {
  if (reason !== 'Invalid') return message;
  return details?.causes?.map((cause) => `${cause.field ?? 'the object'} (${cause.reason ?? 'invalid'})`).join(', ');
}

function parsed(text: string): Status {
  try {
    const status: unknown = JSON.parse(text);
    return typeof status === 'object' && status !== null ? status : {};
  } catch {
    return {};
  }
}
