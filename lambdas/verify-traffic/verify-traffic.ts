import type { Journal } from '../../lib/evidence/journal.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { Dns } from '../../lib/traffic/dns.ts';
import { type ExpectedName, verifyNames } from '../../lib/traffic/verification.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import type { Runtime } from '../shared/runtime.ts';
import type { Invocation } from '../shared/task-handler.ts';
import type { contract } from './contract.ts';

export interface VerifyTrafficDependencies {
  readonly plan: Plan;
  readonly runtime: Runtime;
  readonly dns: Dns;
  readonly journal: Pick<Journal, 'append'>;
}

export async function verifyTraffic(
  input: InputOf<typeof contract>,
  dependencies: VerifyTrafficDependencies & Invocation,
): Promise<OutputOf<typeof contract>> {
  const { plan, runtime, dns, journal, signal } = dependencies;
  const { executionArn, incidentId, epoch } = input;
  const names = await verifyNames(expectedNames(plan, runtime.region), dns);
  const verified = names.every((name) => name.verified);
  if (verified) {
    const detail = { epoch, names: names.map(({ name }) => name) };
    await journal.append({ incidentId, kind: 'traffic-verified', executionArn, detail }, signal);
  }
  return { verified, names: names.map(({ name, expected, answers }) => ({ name, expected, answers: [...answers] })) };
}

/** Names of every mode: what moved them makes no difference to who asks. */
function expectedNames(plan: Plan, region: string): ExpectedName[] {
  return plan.applications.flatMap((application) =>
    application.dns.flatMap(({ name, zone, targets }) => {
      const target = targets[region];
      return target === undefined ? [] : [{ name, zone: zone.name, target }];
    }),
  );
}
