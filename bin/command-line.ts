import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { InputError } from '../lib/plan/input-error.ts';
import { registerAbort } from './commands/abort.ts';
import { registerApprove } from './commands/approve.ts';
import { registerAsl } from './commands/asl.ts';
import { registerClaims } from './commands/claims.ts';
import { registerFailover } from './commands/failover.ts';
import { registerInit } from './commands/init.ts';
import { registerRehearse } from './commands/rehearse.ts';
import { registerSimulate } from './commands/simulate.ts';
import { registerStatus } from './commands/status.ts';
import { registerValidate } from './commands/validate.ts';

/** A reader that has enough (`| head`) is no error. What else keeps us from telling the answer is. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`lifeboat: the standard output can't be written: ${error.message}\n`);
  process.exitCode = 2;
});
process.stderr.on('error', () => undefined);

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const program = new Command('lifeboat')
  .description('Disaster recovery for Kubernetes on AWS that can be rehearsed on a laptop')
  .version(version)
  .showHelpAfterError('(lifeboat --help lists the verbs)')
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'lifeboat: ')) })
  .exitOverride();

registerInit(program);
registerValidate(program);
registerRehearse(program);
registerSimulate(program);
registerAsl(program);
registerClaims(program);
registerStatus(program);
registerFailover(program);
registerApprove(program);
registerAbort(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    // Not 1: that is an answer, and there is none.
    process.exitCode = 2;
    if (error instanceof InputError) process.stderr.write(`lifeboat: ${error.message}\n`);
    else process.stderr.write(`lifeboat: this is a fault of Lifeboat itself, please report it\n${stackOf(error)}\n`);
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
