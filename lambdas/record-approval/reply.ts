/** What became of an order; `message` is for people. */
export interface Reply {
  readonly statusCode: 200 | 400 | 404 | 409;
  readonly outcome:
    | 'recorded'
    | 'decided'
    | 'duplicate'
    | 'closed'
    | 'late'
    | 'stale'
    | 'unknown'
    | 'not-understood'
    | 'abort-requested'
    | 'too-late-to-abort';
  readonly message: string;
}
