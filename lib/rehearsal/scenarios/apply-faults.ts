import { failoverStateMachineName } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import type { EksService } from '../aws/eks/eks-service.ts';
import type { EventBridgeService } from '../aws/eventbridge/eventbridge-service.ts';
import type { AwsHealth } from '../aws/health/aws-health.ts';
import type { LambdaService } from '../aws/lambda/lambda-service.ts';
import type { RdsService } from '../aws/rds/rds-service.ts';
import type { SfnService } from '../aws/sfn/sfn-service.ts';
import type { EstateCluster } from '../estate/clusters.ts';
import type { GrayFailures } from '../estate/gray-failure.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { TraceEntry, TraceListener } from '../world/trace.ts';
import type { World } from '../world/world.ts';
import type { Fault } from './scenario.ts';
import { stallFailover } from './stall-failover.ts';
import { stopFailover } from './stop-failover.ts';

export interface FaultTargets {
  readonly kernel: Kernel;
  readonly plan: Plan;
  readonly world: World;
  readonly eks: EksService;
  readonly eventbridge: EventBridgeService;
  readonly health: AwsHealth;
  readonly lambda: Pick<LambdaService, 'setDuplicateEverything'>;
  readonly rds: RdsService;
  readonly sfn: SfnService;
  readonly gray: GrayFailures;
  readonly clusters: readonly EstateCluster[];
  readonly accountId: string;
  /** Told of every fault when it begins, and of its end where it has one. */
  readonly onFault: (label: string, fromMs: number, toMs: number | undefined) => void;
}

/** Puts the faults on the clock; their times count from `faultMs`. */
export function applyFaults(faults: readonly Fault[], faultMs: number, targets: FaultTargets): void {
  for (const fault of faults) {
    targets.kernel.at(faultMs + fault.atSeconds * 1000, `fault ${fault.kind}`, () => apply(fault, targets));
  }
}

function apply(fault: Fault, targets: FaultTargets): void {
  const { kernel, plan, world, eks, eventbridge, lambda, rds, gray, clusters, onFault } = targets;
  const nowMs = kernel.nowMs;
  switch (fault.kind) {
    case 'region-dark': {
      const region = plan.regions[fault.region];
      world.weather.setRegionDown(region);
      if (fault.forSeconds === undefined) {
        for (const { cluster } of clusters.filter((one) => one.region === region)) cluster.stop();
        onFault(`${region} dark`, nowMs, undefined);
      } else {
        const untilMs = nowMs + fault.forSeconds * 1000;
        kernel.at(untilMs, 'region back', () => world.weather.setRegionUp(region));
        onFault(`${region} dark`, nowMs, untilMs);
      }
      return;
    }
    case 'degraded': {
      const region = plan.regions[fault.region];
      const { errorPercent, extraLatencyMs, forSeconds } = fault;
      gray.degrade(region, { errorPercent, extraLatencyMs });
      const untilMs = forSeconds === undefined ? undefined : nowMs + forSeconds * 1000;
      if (untilMs !== undefined) kernel.at(untilMs, 'region well again', () => gray.mend(region));
      onFault(
        `${region}: ${errorPercent} % of requests fail, ${extraLatencyMs} ms more on each answer`,
        nowMs,
        untilMs,
      );
      return;
    }
    case 'path-cut': {
      const [from, to] = [plan.regions[fault.from], plan.regions[fault.to]];
      world.weather.setUnreachable(from, to);
      world.weather.setUnreachable(to, from);
      onFault(`no path between ${from} and ${to}`, nowMs, undefined);
      return;
    }
    case 'health-says': {
      const { service, status } = fault;
      const region = plan.regions[fault.region];
      targets.health.say({ region, service, status });
      onFault(`AWS Health: ${service} in ${region}, ${status}`, nowMs, undefined);
      return;
    }
    case 'no-capacity':
      eks.setCapacity(plan.regions[fault.region], '*', 0);
      onFault(`no machines left in ${plan.regions[fault.region]}`, nowMs, undefined);
      return;
    case 'api-servers-crowded': {
      const region = plan.regions[fault.region];
      const { seats, queuedPerUser } = fault;
      for (const { callers } of clusters.filter((one) => one.region === region))
        callers.crowd({ seats, queuedPerUser });
      onFault(`${region}: API servers crowded`, nowMs, undefined);
      return;
    }
    case 'events-twice':
      eventbridge.setDuplicateEverything(true);
      lambda.setDuplicateEverything(true);
      onFault('every event twice', nowMs, undefined);
      return;
    case 'control-planes-down':
      for (const service of ['route-53', 'iam']) world.weather.setServiceDown('us-east-1', service);
      onFault('control planes in us-east-1 down', nowMs, undefined);
      return;
    case 'replication-stops':
      for (const database of rds.globalDatabases) database.replication.stop();
      onFault('replication of the databases stops', nowMs, undefined);
      return;
    case 'promotion-fails': {
      const [first] = rds.globalDatabases;
      first?.refusePromotions(Number.POSITIVE_INFINITY);
      onFault(`promotions of ${first?.identifier ?? 'no database'} fail`, nowMs, undefined);
      return;
    }
    case 'failover-stalls':
      stallFailover(fault, targets);
      return;
    case 'failover-stopped':
      stopFailover(fault, targets);
      return;
    case 'operator-starts-too':
      world.onCall(startByHand(targets));
  }
}

/** An operator who doesn't wait: the same failover by hand, in the instant in which the automation starts it. */
function startByHand({ kernel, plan, world, accountId, onFault }: FaultTargets): TraceListener {
  let done = false;
  const caller = { principal: 'human:operator', name: 'human:operator', accountId, region: plan.regions.standby };
  return (entry: TraceEntry) => {
    const { input } = entry;
    if (done || entry.service !== 'sfn' || entry.operation !== 'StartExecution' || entry.error !== undefined) return;
    if (typeof input !== 'object' || input === null || !('stateMachineArn' in input) || !('input' in input)) return;
    if (!String(input.stateMachineArn).endsWith(`:${failoverStateMachineName(plan)}`)) return;
    done = true;
    const given: unknown = JSON.parse(String(input.input));
    const byHand = JSON.stringify({ ...(typeof given === 'object' ? given : {}), trigger: 'operator' });
    onFault('operator starts it by hand too', kernel.nowMs, undefined);
    world.call(
      'sfn',
      {
        caller,
        region: plan.regions.standby,
        operation: 'StartExecution',
        input: { stateMachineArn: input.stateMachineArn, name: 'failover-by-hand', input: byHand },
      },
      () => {},
    );
  };
}
