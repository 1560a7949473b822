import { formatDuration } from '../duration.ts';
import type { LoosePlan } from '../loose-plan.ts';
import type { Finding } from '../mistake.ts';
import { defaultSignals, signalKinds } from '../plan.ts';
import { vantageOf } from '../signals.ts';
import { degradationFindings } from './degradation.ts';

const defaultQuorum = 2;
const defaultProbeIntervalSeconds = 10;
const defaultProbeTimeoutSeconds = 5;

/** DNS names lie in their zones; a quorum can be reached; a probe ends before the next one starts. */
export function trafficAndDetectionFindings(plan: LoosePlan): Finding[] {
  return [
    ...outsideZone(plan),
    ...unreachableQuorum(plan),
    ...overlappingProbes(plan),
    ...checkersWithoutZone(plan),
    ...degradationFindings(plan),
  ];
}

function outsideZone(plan: LoosePlan): Finding[] {
  return plan.applications.flatMap(({ dns }, index) =>
    dns.flatMap(({ name, zone }, position): Finding[] => {
      if (!name || !zone.name || name === zone.name || name.endsWith(`.${zone.name}`)) return [];
      const path = ['applications', index, 'dns', position, 'name'];
      return [
        {
          path,
          message: `"${name}" is not in zone ${zone.name}`,
          remedy: `name it like ${name.split('.')[0]}.${zone.name}, or name the zone that holds it`,
        },
      ];
    }),
  );
}

function unreachableQuorum(plan: LoosePlan): Finding[] {
  const { signals, quorum = defaultQuorum } = plan.detection;
  const given: readonly unknown[] = signals ?? defaultSignals;
  const named = signalKinds.filter((signal) => given.includes(signal));
  const distinct = new Set(signals ?? defaultSignals).size;
  // What isn't a signal is the schema's finding; here it may be a vantage of its own.
  const vantages = distinct - named.length + new Set(named.map((signal) => vantageOf[signal])).size;
  const findings: Finding[] = [];
  if (signals && distinct < signals.length) {
    findings.push({
      path: ['detection', 'signals'],
      message: 'a signal is there twice, and it counts once',
      remedy: 'name each signal once',
    });
  }
  if (distinct > 0 && quorum > distinct) {
    findings.push({
      path: plan.detection.quorum === undefined ? ['detection', 'signals'] : ['detection', 'quorum'],
      message: `a quorum of ${quorum} can't be reached by ${distinct} ${distinct === 1 ? 'signal' : 'signals'}`,
      remedy: distinct < defaultQuorum ? 'name more signals' : `at most ${distinct}, or name more signals`,
    });
  } else if (distinct > 0 && quorum > vantages) {
    findings.push({
      path: plan.detection.quorum === undefined ? ['detection', 'signals'] : ['detection', 'quorum'],
      message: `a quorum of ${quorum} can't be reached from ${vantages} ${vantages === 1 ? 'vantage' : 'vantages'}: probe-standby and heartbeat-alarm see the region over one path and count once`,
      remedy: 'name a signal that looks from elsewhere, like probe-witness or route53-checkers',
    });
  }
  return findings;
}

function overlappingProbes(plan: LoosePlan): Finding[] {
  const { interval = defaultProbeIntervalSeconds, timeout = defaultProbeTimeoutSeconds } = plan.detection.probe;
  const findings: Finding[] = [];
  if (interval === 0) {
    findings.push({
      path: ['detection', 'probe', 'interval'],
      message: 'probes can not follow each other without a pause',
      remedy: 'write 10s',
    });
  } else if (timeout >= interval) {
    findings.push({
      path:
        plan.detection.probe.timeout === undefined
          ? ['detection', 'probe', 'interval']
          : ['detection', 'probe', 'timeout'],
      message: `a probe may take ${formatDuration(timeout)} and the next one starts after ${formatDuration(interval)}`,
      remedy: 'make the timeout shorter than the interval',
    });
  }
  const { slowAfter } = plan.detection.probe;
  if (slowAfter !== undefined && (slowAfter === 0 || slowAfter >= timeout)) {
    findings.push({
      path: ['detection', 'probe', 'slowAfter'],
      message: `an answer after ${formatDuration(slowAfter)} can't be told from none within ${formatDuration(timeout)}`,
      remedy: 'make slowAfter at least 1s and shorter than the timeout',
    });
  }
  return findings;
}

/** Route 53's checkers publish their verdict as a record, which needs a zone of the estate's own. */
function checkersWithoutZone(plan: LoosePlan): Finding[] {
  const { signals, route53 } = plan.detection;
  if (!signals?.includes('route53-checkers')) return [];
  const hasZone = route53 !== undefined || plan.applications.some(({ dns }) => dns.some(({ zone }) => zone.name));
  if (hasZone) return [];
  return [
    {
      path: ['detection', 'signals'],
      message: 'route53-checkers publishes its verdicts in a Route 53 zone, and the plan names none',
      remedy: 'name one under detection.route53.zone',
    },
  ];
}
