/** `claim-authority` is `ClaimAuthority` in state machines and in construct ids. */
export function pascalCase(verbNoun: string): string {
  return verbNoun.replace(/(^|-)([a-z])/g, (_match, _dash, letter: string) => letter.toUpperCase());
}
