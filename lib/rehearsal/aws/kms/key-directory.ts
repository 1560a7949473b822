/** A KMS key as services that encrypt with it see it. */
export interface KeyHandle {
  readonly keyArn: string;
  /** `alias/…` names that point at the key now. */
  aliases(): readonly string[];
}

/** Where services look up the key that a template names. */
export interface KeyDirectory {
  /** By key id, key ARN, alias name or alias ARN; undefined if there is none in the region. InputError for a disabled one. */
  findKey(region: string, id: string): KeyHandle | undefined;
}
