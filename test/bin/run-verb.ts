import { Command, CommanderError } from 'commander';
import { InputError } from '../../lib/plan/input-error.ts';

export interface Ending {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Runs one verb in this process as the command line would, and catches what it says. */
export async function runVerb(register: (program: Command) => void, args: readonly string[]): Promise<Ending> {
  const said = { stdout: '', stderr: '' };
  const original = { stdout: process.stdout.write, stderr: process.stderr.write };
  const listen = (stream: 'stdout' | 'stderr') => (text: string | Uint8Array) => {
    said[stream] += String(text);
    return true;
  };
  const program = new Command('lifeboat').exitOverride();
  register(program);
  for (const command of program.commands) command.exitOverride();
  process.stdout.write = listen('stdout');
  process.stderr.write = listen('stderr');
  process.exitCode = 0;
  let exitCode = 0;
  try {
    await program.parseAsync(['node', 'lifeboat', ...args]);
    exitCode = Number(process.exitCode);
  } catch (error) {
    if (error instanceof CommanderError) exitCode = error.exitCode === 0 ? 0 : 2;
    else if (error instanceof InputError) {
      said.stderr += error.message;
      exitCode = 2;
    } else throw error;
  } finally {
    Object.assign(process.stdout, { write: original.stdout });
    Object.assign(process.stderr, { write: original.stderr });
    process.exitCode = 0;
  }
  return { ...said, exitCode };
}
