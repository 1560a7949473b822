import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../input-error.ts';

/** Refuses a place where the plan can't go, before any work is done for it. */
export function refuseToOverwrite(file: string, force: boolean): void {
  const folder = dirname(file);
  if (!existsSync(folder))
    throw new InputError(`there is no folder ${folder}: make it first, or name another file with -f`);
  if (!existsSync(file)) return;
  const there = statSync(file);
  if (there.isDirectory()) throw new InputError(`${file} is a folder: name a file with -f`);
  // A rename would replace the device or the pipe itself.
  if (!there.isFile() || /^\/(dev|proc)\//.test(file))
    throw new InputError(`${file} is not a file of its own: name another one with -f`);
  if (!force) throw new InputError(`${file} is there already: name another file with -f, or overwrite it with --force`);
}

/** Writes the whole file or nothing: a reader never sees half a plan. */
export function writeAtomically(file: string, text: string): void {
  const half = join(dirname(file), `.${basename(file)}.half-written`);
  try {
    writeFileSync(half, text);
    renameSync(half, file);
  } catch (error) {
    if (statSync(half, { throwIfNoEntry: false })?.isFile()) rmSync(half);
    throw new InputError(`${file} can't be written: ${error instanceof Error ? error.message : error}`);
  }
}
