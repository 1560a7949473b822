/** What the user gave can't be used; the message names the place and the remedy. The command line ends with exit code 2. */
export class InputError extends Error {
  override readonly name = 'InputError';
}
