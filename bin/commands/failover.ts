import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import { InputError } from '../../lib/plan/input-error.ts';

const example = `
Example:
  $ lifeboat failover --state-machine arn:aws:states:eu-west-1:111122223333:stateMachine:bank-failover --incident bank-20260105T090740000Z --epoch 1

The page "start the failover?" has the whole command. The block period does not stop a person; the lease does.
Exit code 0: it runs. 1: refused (not allowed to, it ran before). 2: bad usage, no credentials, no answer.`;

interface FailoverOptions {
  readonly stateMachine: string;
  readonly incident: string;
  readonly epoch: string;
  readonly json?: boolean;
}

/** AWS's refusals; anything else (no credentials, no answer) is no answer. */
const refusals = new Set(['AccessDeniedException', 'StateMachineDoesNotExist', 'ExecutionLimitExceeded']);

export function registerFailover(program: Command): void {
  program
    .command('failover')
    .description('start a failover by hand')
    .requiredOption(
      '--state-machine <arn>',
      'the failover of the region that is to take over (output FailoverStateMachineArn)',
    )
    .requiredOption('--incident <id>', 'the incident; the page has it')
    .requiredOption('--epoch <number>', 'the epoch that the authority has now')
    .option('--json', 'one JSON document on stdout: {started, execution, message}')
    .addHelpText('after', example)
    .action(failover);
}

async function failover(options: FailoverOptions): Promise<void> {
  const { stateMachine, incident } = options;
  const epoch = Number(options.epoch);
  if (!Number.isInteger(epoch) || epoch < 1) throw new InputError(`--epoch ${options.epoch}: must be a whole number`);
  const [, , service, region, , kind] = stateMachine.split(':');
  if (service !== 'states' || kind !== 'stateMachine' || region === undefined) {
    throw new InputError(`--state-machine ${stateMachine}: is no ARN of a state machine`);
  }
  const name = `operator-epoch-${epoch + 1}-${incident}`;
  const input = JSON.stringify({ incidentId: incident, observedEpoch: epoch, trigger: 'operator' });
  const client = new SFNClient({ region });
  try {
    const command = new StartExecutionCommand({ stateMachineArn: stateMachine, name, input });
    const { executionArn } = await client.send(command);
    tell({ started: true, execution: executionArn ?? name, message: `${name} runs` }, options);
  } catch (error) {
    tell({ started: false, execution: name, message: refusalOf(error, name) }, options);
    process.exitCode = 1;
  }
}

function tell(answer: { started: boolean; execution: string; message: string }, { json }: FailoverOptions): void {
  if (json === true) process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
  else if (answer.started) process.stdout.write(`${answer.message}: ${answer.execution}\n`);
  else process.stderr.write(`lifeboat: ${answer.message}\n`);
}

/** InputError where there is no answer. */
function refusalOf(error: unknown, name: string): string {
  if (error instanceof ExecutionAlreadyExists) {
    return `${name} ran before; if the epoch has moved since, start with the present one`;
  }
  if (!(error instanceof Error)) throw error;
  if (refusals.has(error.name)) return `${error.name}: ${error.message}`;
  throw new InputError(`the failover was not started: ${error.name}: ${error.message}`);
}
