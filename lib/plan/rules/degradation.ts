import { formatDuration } from '../duration.ts';
import type { LoosePlan } from '../loose-plan.ts';
import type { Finding } from '../mistake.ts';
import { metricNamespace } from '../names.ts';

/** CloudWatch evaluates an alarm of standard resolution once a minute. */
const alarmPeriodSeconds = 60;

/** Namespaces whose metrics would be no observation of their own, and why. */
const notIndependent: Readonly<Record<string, string>> = {
  [metricNamespace]: 'holds what Lifeboat’s own probes and heartbeats say, and one observer doesn’t count twice',
  'AWS/Route53': 'exists in us-east-1 only, and route53-checkers says the same',
};

/** application-alarm has something to look at, on metrics that no other signal comes from. */
export function degradationFindings({ detection }: LoosePlan): Finding[] {
  const { signals, degradation } = detection;
  const path = ['detection', 'degradation'];
  if (degradation === undefined) {
    if (!signals?.includes('application-alarm')) return [];
    return [
      {
        path: ['detection', 'signals'],
        message: 'application-alarm has no metric to look at',
        remedy: 'name errors or latency under detection.degradation',
      },
    ];
  }
  const findings: Finding[] = [];
  if (degradation.errors === undefined && degradation.latency === undefined) {
    findings.push({ path, message: 'no metric is named', remedy: 'name errors or latency' });
  }
  const { for: forSeconds } = degradation;
  if (forSeconds !== undefined && (forSeconds === 0 || forSeconds % alarmPeriodSeconds > 0)) {
    findings.push({
      path: [...path, 'for'],
      message: `an alarm looks once a minute and can't wait for ${formatDuration(forSeconds)}`,
      remedy: 'write whole minutes, like 2m',
    });
  }
  for (const metric of ['errors', 'latency'] as const) {
    const namespace = degradation[metric]?.namespace;
    const reason = namespace === undefined ? undefined : notIndependent[namespace];
    if (reason === undefined) continue;
    findings.push({
      path: [...path, metric, 'namespace'],
      message: `${namespace} ${reason}`,
      remedy: 'name what a canary or a monitor of real users publishes',
    });
  }
  return findings;
}
