import { CfnHealthCheck, CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { InputError } from '../../plan/input-error.ts';
import { checkerVerdictName, functionName, verdictZone } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import { healthCheckFailureThreshold, healthCheckIntervalSeconds } from './decision-endpoint.ts';

/** Resolvers need not keep it at all: it is asked of the name servers directly. */
const verdictTtlSeconds = 10;

export interface CheckerVerdictProps {
  readonly plan: Plan;
  /** The region that is looked at: this stack's own. */
  readonly region: string;
}

/**
 * What Route 53's checkers around the world think of this region, published where anybody can ask without a metric of
 * us-east-1: a TXT failover pair whose first half hangs on a health check of the region's probe URLs. No record that
 * clients use hangs on it, so it is a signal and moves no traffic.
 */
export class CheckerVerdict extends Construct {
  constructor(scope: Construct, id: string, { plan, region }: CheckerVerdictProps) {
    super(scope, id);
    const zone = verdictZone(plan);
    if (zone === undefined) throw new InputError('route53-checkers needs a zone: name it under detection.route53.zone');
    const urls = plan.detection.probe.urls[region] ?? [];
    if (urls.length === 0) throw new InputError(`detection.probe.urls names nothing that can be asked in ${region}`);
    const checks = urls.map((url, index) => this.#healthCheck(plan, region, url, index));
    const healthCheckId = checks.length === 1 ? checks[0]!.attrHealthCheckId : this.#anyOf(plan, region, checks);
    const name = `${checkerVerdictName(plan, region, zone.name)}.`;
    const halves = [
      { failover: 'PRIMARY', text: 'healthy', healthCheckId },
      { failover: 'SECONDARY', text: 'unhealthy', healthCheckId: undefined },
    ];
    for (const half of halves) {
      new CfnRecordSet(this, half.failover, {
        hostedZoneId: zone.hostedZoneId,
        name,
        type: 'TXT',
        ttl: String(verdictTtlSeconds),
        setIdentifier: half.text,
        failover: half.failover,
        healthCheckId: half.healthCheckId,
        resourceRecords: [`"${half.text}"`],
      });
    }
  }

  #healthCheck(plan: Plan, region: string, url: string, index: number): CfnHealthCheck {
    const { protocol, hostname, port, pathname, search } = new URL(url);
    const secure = protocol === 'https:';
    return new CfnHealthCheck(this, `Check${index + 1}`, {
      healthCheckConfig: {
        type: secure ? 'HTTPS' : 'HTTP',
        fullyQualifiedDomainName: hostname,
        port: port === '' ? (secure ? 443 : 80) : Number(port),
        resourcePath: `${pathname}${search}`,
        ...(secure && { enableSni: true }),
        requestInterval: healthCheckIntervalSeconds,
        failureThreshold: healthCheckFailureThreshold,
      },
      healthCheckTags: [{ key: 'Name', value: functionName(plan, `alive-${region}-${index + 1}`) }],
    });
  }

  /** As for a probe: the region is dark when none of its URLs answers. */
  #anyOf(plan: Plan, region: string, checks: readonly CfnHealthCheck[]): string {
    return new CfnHealthCheck(this, 'AnyOf', {
      healthCheckConfig: {
        type: 'CALCULATED',
        childHealthChecks: checks.map((check) => check.attrHealthCheckId),
        healthThreshold: 1,
      },
      healthCheckTags: [{ key: 'Name', value: functionName(plan, `alive-${region}`) }],
    }).attrHealthCheckId;
  }
}
