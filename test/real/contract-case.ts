/** One call and what a server has to answer: the output without `$metadata`, or the refusal. */
export interface ContractCall {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly answer: Readonly<Record<string, unknown>> | Refusal;
}

/** An error as the caller's SDK sees it. */
export interface Refusal {
  readonly error: string;
  /** The whole text, as the real service has it; absent: any. */
  readonly message?: string;
  /** The text of a server that has other words for it than the service it stands in for, by the server's name. */
  readonly otherWords?: Readonly<Record<string, string>>;
  /** Members of the modelled exception beside the message. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** Calls that follow each other, held against the world and against a real server alike. */
export interface ContractCase<Subject> {
  /** `<service>/<what is held>`, as claims name it. */
  readonly id: string;
  /** What the calls are about, new for every case. */
  readonly subject: Subject;
  readonly calls: readonly ContractCall[];
}
