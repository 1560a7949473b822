import type { Command } from 'commander';
import { giveOrder, type OrderOptions } from './give-order.ts';

const example = `
Example:
  $ lifeboat abort --url https://abc123.lambda-url.eu-west-1.on.aws/ --execution failover-epoch-2-bank-20260105T090740000Z

Until the epoch is claimed; afterwards it is too late, and the answer says what to do.
Exit code 0: it ends. 1: refused (too late, it does not run, not allowed to). 2: bad usage, no credentials, no answer.`;

export function registerAbort(program: Command): void {
  program
    .command('abort')
    .description('end a failover before its point of no return')
    .requiredOption('--url <url>', 'where decisions are taken; the page has it')
    .requiredOption('--execution <name>', 'the execution; the page has it')
    .option('--region <region>', 'the region of the URL, where it does not say so itself')
    .option('--json', 'one JSON document on stdout: {action, status, outcome, message}')
    .addHelpText('after', example)
    .action((options: OrderOptions) => giveOrder('abort', options));
}
