import { CfnHealthCheck, CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { InputError } from '../../plan/input-error.ts';
import { functionName } from '../../plan/names.ts';
import type { DnsName, Plan } from '../../plan/plan.ts';

export interface TrafficRecordsProps {
  readonly plan: Plan;
  readonly region: string;
  /** Health check on this region's own decision endpoint. */
  readonly healthCheckId: string;
}

/**
 * This region's half of every DNS name of the plan: one failover record, there since deployment, that resolves while
 * this region says that it serves (`health-state`) or while its routing control is on. A failover changes no record.
 * Names in mode `record-change` are not here: the next deployment would point them back at the region that the plan
 * calls active. create-records creates them once, shift-traffic moves them.
 */
export class TrafficRecords extends Construct {
  readonly #props: TrafficRecordsProps;
  readonly #controlChecks = new Map<string, string>();

  constructor(scope: Construct, id: string, props: TrafficRecordsProps) {
    super(scope, id);
    this.#props = props;
    for (const application of props.plan.applications) {
      for (const dns of application.dns) {
        assertRecordable(dns, application.name, props.region);
        if (dns.traffic !== 'record-change') this.#record(dns, this.#healthCheckOf(dns, application.name));
      }
    }
  }

  #healthCheckOf(dns: DnsName, application: string): string {
    if (dns.traffic !== 'routing-control') return this.#props.healthCheckId;
    const arn = dns.routingControls?.[this.#props.region];
    if (arn === undefined) {
      throw new InputError(
        `${dns.name} of application ${application} has no routing control in ${this.#props.region}: add it under routingControls`,
      );
    }
    return this.#controlChecks.get(arn) ?? this.#controlCheck(arn);
  }

  /** Names that follow one control share its check. */
  #controlCheck(routingControlArn: string): string {
    const { plan, region } = this.#props;
    const number = this.#controlChecks.size + 1;
    const check = new CfnHealthCheck(this, `RoutingControl${number}`, {
      healthCheckConfig: { type: 'RECOVERY_CONTROL', routingControlArn },
      healthCheckTags: [{ key: 'Name', value: functionName(plan, `routing-control-${number}-${region}`) }],
    });
    this.#controlChecks.set(routingControlArn, check.attrHealthCheckId);
    return check.attrHealthCheckId;
  }

  #record(dns: DnsName, healthCheckId: string): void {
    const { plan, region } = this.#props;
    new CfnRecordSet(this, dns.name, {
      hostedZoneId: dns.zone.hostedZoneId,
      name: `${dns.name}.`,
      type: 'CNAME',
      ttl: String(dns.ttlSeconds),
      setIdentifier: `${plan.estate}-${region}`,
      failover: region === plan.regions.active ? 'PRIMARY' : 'SECONDARY',
      healthCheckId,
      resourceRecords: [dns.targets[region] ?? ''],
    });
  }
}

function assertRecordable(dns: DnsName, application: string, region: string): void {
  if (dns.targets[region] === undefined) {
    throw new InputError(`${dns.name} of application ${application} has no target in ${region}: add it under targets`);
  }
  if (dns.name === dns.zone.name) {
    throw new InputError(
      `${dns.name} of application ${application} is the apex of its zone, where no CNAME may stand; use a name below it`,
    );
  }
}
