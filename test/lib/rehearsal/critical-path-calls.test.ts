import { describe, expect, test } from '@jest/globals';
import { InputError } from '../../../lib/plan/input-error.ts';
import type { Plan } from '../../../lib/plan/plan.ts';
import { zonesToChange } from '../../../lib/plan/traffic.ts';
import { rehearse } from '../../../lib/rehearsal/rehearse.ts';
import type { Scenario } from '../../../lib/rehearsal/scenarios/scenario.ts';
import { scenarioNamed, scenarios } from '../../../lib/rehearsal/scenarios/scenarios.ts';
import { readAssembly } from '../../../lib/rehearsal/templates/assembly.ts';
import type { TraceEntry } from '../../../lib/rehearsal/world/trace.ts';
import { shop, shopObjects, synthesised } from './small-estate.ts';

/** Services whose control plane is in us-east-1 for all regions (AWS Fault Isolation Boundaries whitepaper, appendix A). */
const sharedControlPlanes = new Set(['route-53', 'iam', 'cloudfront', 'organizations', 'sts-global']);

async function traceOf(scenario: Scenario, plan: Plan, seed = 1) {
  const trace: TraceEntry[] = [];
  const { result } = await rehearse({
    plan,
    objects: shopObjects,
    assembly: readAssembly(await synthesised(plan)),
    scenario,
    seed,
    definitionsChecked: true,
    onCall: (entry) => trace.push(entry),
  });
  return { trace, result };
}

/** Calls of the failover's state machine and of every function that it invoked, by the trace alone. */
function callsOfFailover(trace: readonly TraceEntry[], { estate, regions }: Plan): readonly TraceEntry[] {
  const isMachine = (caller: string) =>
    caller.startsWith(`states:${estate}-failover/`) && caller.endsWith(`@${regions.standby}`);
  const invoked = trace
    .filter((entry) => isMachine(entry.caller) && entry.service === 'lambda')
    .map((entry) =>
      String((entry.input as { FunctionName: string }).FunctionName)
        .split(':')
        .at(-1),
    );
  const functions = new Set(invoked.map((name) => `lambda:${name}@${regions.standby}`));
  return trace.filter(({ caller }) => isMachine(caller) || functions.has(caller.replace(/#\d+$/, '')));
}

function strayCalls(trace: readonly TraceEntry[], plan: Plan): string[] {
  const zones = new Set(zonesToChange(plan, plan.regions.standby).map(({ hostedZoneId }) => hostedZoneId));
  return callsOfFailover(trace, plan)
    .filter(({ service }) => service !== 'dns')
    .filter(
      ({ service, input }) =>
        service !== 'route-53' || !zones.has(String((input as { HostedZoneId?: string }).HostedZoneId)),
    )
    .filter(({ region, service }) => region === plan.regions.active || sharedControlPlanes.has(service))
    .map(({ caller, service, operation, region }) => `${caller} → ${service} ${operation} in ${region}`);
}

/** The shop, which also counts what clients and Route 53's checkers say: nobody else sees a region that is up and ill. */
const watched: Plan = {
  ...shop,
  detection: {
    ...shop.detection,
    signals: [...shop.detection.signals, 'route53-checkers', 'application-alarm'],
    degradation: {
      forSeconds: 60,
      errors: { namespace: 'Shop', metricName: 'Failed', dimensions: { Region: '{region}' }, thresholdPercent: 50 },
    },
  },
};

/** The plan that the scenario rehearses; undefined where the shop has nothing for it. */
function planFor(scenario: Scenario): Plan | undefined {
  const plan = scenario.faults.some(({ kind }) => kind === 'degraded') ? watched : shop;
  try {
    return scenario.amend?.(plan) ?? plan;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

describe('no call to the dying region or a shared control plane stands in the way of the recovery', () => {
  const recoveries = scenarios.filter(({ expected }) => expected === 'recovered').map(({ name }) => name);

  test.each(recoveries)(
    'of %s',
    async (name) => {
      const scenario = scenarioNamed(name);
      const plan = planFor(scenario);
      if (plan === undefined) return;
      const { trace, result } = await traceOf(scenario, plan);
      expect(result.outcome).toBe('recovered');
      // Not empty for want of a match: the failover is a hundred calls.
      expect(callsOfFailover(trace, plan).length).toBeGreaterThan(50);
      expect(strayCalls(trace, plan)).toEqual([]);
    },
    120_000,
  );
});

describe('an old failover that wakes under a newer epoch', () => {
  const modes = [
    { traffic: 'health-state' },
    { traffic: 'record-change' },
    {
      traffic: 'routing-control',
      routingControls: Object.fromEntries(
        [shop.regions.active, shop.regions.standby].map((region, index) => [
          region,
          `arn:aws:route53-recovery-control::111122223333:controlpanel/0a/routingcontrol/0${index}`,
        ]),
      ),
    },
  ] as const;

  test('changes nothing in any traffic mode, and the new one moves every name', async () => {
    const [web] = shop.applications.flatMap(({ dns }) => dns);
    const names = modes.map((mode, index) => ({ ...web!, ...mode, name: `mode-${index}.shop.example` }));
    const plan: Plan = {
      ...shop,
      applications: shop.applications.map((one) => (one.name === 'web' ? { ...one, dns: names } : one)),
      routingControlCluster: {
        endpoints: ['us-east-1', 'us-west-2', 'eu-west-1', 'ap-northeast-1', 'ap-southeast-2'].map((region) => ({
          region,
          url: `https://cluster.${region}.example/v1`,
        })),
      },
    };
    const { trace, result } = await traceOf(scenarioNamed('stale-actor'), plan);
    expect(result).toMatchObject({ outcome: 'recovered', ok: true, invariants: { broken: [] } });
    expect(result.execution).toMatchObject({ name: 'failover-taken-over', status: 'SUCCEEDED' });
    const shifting = trace.filter(({ caller }) =>
      caller.startsWith(`lambda:shop-shift-traffic@${plan.regions.standby}`),
    );
    const refused = shifting.filter(({ operation, error }) => operation === 'UpdateItem' && error !== undefined);
    expect(refused).toHaveLength(1);
    const effects = shifting.filter(({ operation }) => /^(Change|Update)R/.test(operation));
    expect(effects.map(({ operation }) => operation).sort()).toEqual([
      'ChangeResourceRecordSets',
      'UpdateRoutingControlStates',
    ]);
    expect(JSON.stringify(effects.map(({ input }) => input))).toContain('epoch=3 execution=failover-taken-over');
    expect(effects.every(({ atMs }) => atMs > refused[0]!.atMs)).toBe(true);
  }, 120_000);
});
