#!/usr/bin/env -S node --experimental-vm-modules --no-warnings
import { Command, CommanderError } from 'commander';
import { InputError } from '../lib/plan/input-error.ts';
import { registerAsl } from './commands/asl.ts';
import { registerInit } from './commands/init.ts';
import { registerRehearse } from './commands/rehearse.ts';
import { registerValidate } from './commands/validate.ts';

const program = new Command('lifeboat')
  .description('Disaster recovery for Kubernetes on AWS that can be rehearsed on a laptop')
  .showHelpAfterError('(lifeboat --help lists the verbs)')
  .exitOverride();

registerInit(program);
registerValidate(program);
registerRehearse(program);
registerAsl(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof InputError) {
    process.stderr.write(`lifeboat: ${error.message}\n`);
    process.exitCode = 2;
  } else {
    throw error;
  }
}
