import type { Command } from 'commander';
import { giveOrder, type OrderOptions } from './give-order.ts';

const example = `
Example:
  $ lifeboat approve --url https://abc123.lambda-url.eu-west-1.on.aws/ --execution failover-epoch-2-bank-20260105T090740000Z

Read the facts in the page first. Who you are is what AWS finds in your signature.
Exit code 0: taken. 1: refused (too late, decided already, not allowed to). 2: bad usage, no credentials, no answer.`;

export function registerApprove(program: Command): void {
  program
    .command('approve')
    .description('agree to a failover that waits for people, or reject it')
    .requiredOption('--url <url>', 'where decisions are taken; the page has it')
    .requiredOption('--execution <name>', 'the execution; the page has it')
    .option('--reject', 'end the failover instead')
    .option('--region <region>', 'the region of the URL, where it does not say so itself')
    .option('--json', 'one JSON document on stdout: {action, status, outcome, message}')
    .addHelpText('after', example)
    .action((options: OrderOptions & { readonly reject?: boolean }) =>
      giveOrder(options.reject === true ? 'reject' : 'approve', options),
    );
}
