import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';

export type TextFile = { readonly text: string } | { readonly refused: string; readonly remedy: string };

/**
 * The text of a file, or why there is no sense in parsing it: a binary file gives a parser a mistake per byte, and a
 * huge one keeps it busy for minutes. Throws what `fs` throws where the file can't be read.
 */
export function readTextFile(path: string, limitBytes: number): TextFile {
  const { size } = statSync(path);
  const limitMiB = limitBytes / 1024 / 1024;
  if (size > limitBytes) {
    return { refused: `larger than ${limitMiB} MiB`, remedy: 'is it the right file? split it if it is' };
  }
  const bytes = readFileSync(path);
  // PowerShell's > writes UTF-16, which has a NUL in every other byte.
  if (isUtf8(bytes) && !bytes.includes(0)) return { text: bytes.toString('utf8') };
  return { refused: 'not text in UTF-8', remedy: 'is it the right file? save it as UTF-8 if it is' };
}
