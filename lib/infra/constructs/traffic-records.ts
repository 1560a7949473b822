import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { InputError } from '../../plan/input-error.ts';
import type { DnsName, Plan } from '../../plan/plan.ts';

export interface TrafficRecordsProps {
  readonly plan: Plan;
  readonly region: string;
  /** Health check on this region's own decision endpoint. */
  readonly healthCheckId: string;
}

/**
 * This region's half of every DNS name of the plan: one failover record, there since deployment, that resolves while
 * this region says that it serves. A failover changes no record.
 */
export class TrafficRecords extends Construct {
  constructor(scope: Construct, id: string, props: TrafficRecordsProps) {
    super(scope, id);
    for (const application of props.plan.applications) {
      for (const dns of application.dns) {
        // The other modes aren't built yet: lib/plan/recoverability.ts reports such an application as not recoverable.
        if (dns.traffic === 'health-state') this.#record(props, application.name, dns);
      }
    }
  }

  #record({ plan, region, healthCheckId }: TrafficRecordsProps, application: string, dns: DnsName): void {
    const target = dns.targets[region];
    if (target === undefined) {
      throw new InputError(
        `${dns.name} of application ${application} has no target in ${region}: add it under targets`,
      );
    }
    if (dns.name === dns.zone.name) {
      throw new InputError(
        `${dns.name} of application ${application} is the apex of its zone, where no CNAME may stand; use a name below it`,
      );
    }
    new CfnRecordSet(this, dns.name, {
      hostedZoneId: dns.zone.hostedZoneId,
      name: `${dns.name}.`,
      type: 'CNAME',
      ttl: String(dns.ttlSeconds),
      setIdentifier: `${plan.estate}-${region}`,
      failover: region === plan.regions.active ? 'PRIMARY' : 'SECONDARY',
      healthCheckId,
      resourceRecords: [target],
    });
  }
}
