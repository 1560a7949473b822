import { type CheckerAnswer, checkerVerdict } from '../../lib/detection/checker-verdict.ts';
import { checkerVerdictName, verdictZone } from '../../lib/plan/names.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { Dns } from '../../lib/traffic/dns.ts';
import { serverAddresses } from '../../lib/traffic/verification.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import { ContractViolationError } from '../shared/errors.ts';
import { type ObserverDependencies, observeInSlots } from '../shared/observer.ts';
import type { Invocation } from '../shared/task-handler.ts';
import type { contract } from './contract.ts';

export interface ReadCheckersDependencies extends ObserverDependencies {
  readonly plan: Plan;
  readonly dns: Dns;
}

export async function readCheckers(
  { targetRegion, reportTo }: InputOf<typeof contract>,
  dependencies: ReadCheckersDependencies & Invocation,
): Promise<OutputOf<typeof contract>> {
  const { plan, dns } = dependencies;
  const zone = verdictZone(plan);
  if (zone === undefined) {
    throw new ContractViolationError(
      'the plan names no zone for the verdicts of the checkers (detection.route53.zone)',
    );
  }
  const name = checkerVerdictName(plan, targetRegion, zone.name);
  // Name servers of a zone don't change within two minutes; who can't be found at first is looked for again.
  let servers: readonly (string | undefined)[] = [];
  const observer = {
    beat: `checkers#${targetRegion}`,
    intervalSeconds: plan.detection.probe.intervalSeconds,
    region: targetRegion,
    reportTo,
    signal: 'route53-checkers' as const,
    look: async () => {
      if (!servers.some((server) => server !== undefined)) servers = await serverAddresses(zone.name, dns);
      return checkerVerdict(await Promise.all(servers.map((server) => answerOf(server, name, dns))));
    },
  };
  return observeInSlots(observer, dependencies);
}

async function answerOf(server: string | undefined, name: string, dns: Dns): Promise<CheckerAnswer> {
  if (server === undefined) return undefined;
  try {
    return (await dns.textsAt(server, name))[0] ?? 'none';
  } catch {
    // A time-out or a refusal of one server: weighed with the others' answers.
    return undefined;
  }
}
