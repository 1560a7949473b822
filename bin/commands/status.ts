import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Command } from 'commander';
import { InputError } from '../../lib/plan/input-error.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { readPlan } from '../../lib/plan/read-plan.ts';
import { type EstateStatus, estateStatus } from '../../lib/status/estate-status.ts';
import { TableUnreadableError } from '../../lib/status/table-reading.ts';
import { signedIn } from './credentials.ts';
import { statusText } from './status-text.ts';

const example = `
Example:
  $ lifeboat status -f examples/bank/lifeboat.yaml

Reads the estate's tables in both regions and changes nothing. Needs the policies <estate>-operators-<region> of both.
Exit code 0: all is well. 1: it is not (a lease is over, captures are too old, an incident is open, a failover runs, a
region gives no answer). 2: bad usage or plan, no credentials, nobody can say which region is active.`;

interface StatusOptions {
  readonly file: string;
  readonly json?: boolean;
}

export function registerStatus(program: Command): void {
  program
    .command('status')
    .description('say how a deployed estate is: who is active, what is suspected, what runs, how old the captures are')
    .option('-f, --file <file>', 'the plan', 'lifeboat.yaml')
    .option('--json', 'one JSON document on stdout: {ok, estate, at, problems, authority, captures, regions}')
    .addHelpText('after', example)
    .action(status);
}

async function status({ file, json }: StatusOptions): Promise<void> {
  const found = await ask(readPlan(file));
  process.stdout.write(json === true ? `${JSON.stringify(found, null, 2)}\n` : statusText(found));
  if (!found.ok) process.exitCode = 1;
}

async function ask(plan: Plan): Promise<EstateStatus> {
  await signedIn(clientOf(plan.regions.active).config);
  try {
    return await estateStatus({
      plan,
      nowMs: () => Date.now(),
      tables: (region) => DynamoDBDocumentClient.from(clientOf(region)),
    });
  } catch (error) {
    if (error instanceof TableUnreadableError) throw new InputError(error.message);
    throw error;
  }
}

/** A region that is dark costs a person some seconds: two attempts. */
function clientOf(region: string): DynamoDBClient {
  const requestHandler = { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true };
  return new DynamoDBClient({ region, maxAttempts: 2, requestHandler });
}
