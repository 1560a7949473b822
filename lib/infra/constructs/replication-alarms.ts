import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { type AlarmParts, OperatorAlarm } from './operator-alarm.ts';

/** AWS/RDS metrics have one value a minute; one above the budget is a burst, and many ask for people. */
const periods = 3;

/**
 * Tells the operators that a database of this region follows its writer later than the plan lets an automatic failover
 * lose: one now would wait for people. Only a secondary's region has AuroraGlobalDBRPOLag, in milliseconds (Aurora user
 * guide, "Monitoring an Aurora global database"); in the writer's region the alarm is silent.
 */
export class ReplicationAlarms extends Construct {
  constructor(scope: Construct, id: string, parts: AlarmParts, region: string) {
    super(scope, id);
    for (const { name, dataStores } of parts.foundation.plan.applications) {
      for (const store of dataStores) {
        const cluster = store.kind === 'aurora-global' ? store.clusters[region] : undefined;
        if (store.kind !== 'aurora-global' || cluster === undefined) continue;
        const subject = `${name}-${store.name}`;
        new OperatorAlarm(this, subject, {
          ...parts,
          name: `replication-lag-${subject}`,
          says: `${store.name} of ${name} follows its writer more than ${store.lossBudgetSeconds} s late`,
          entry: 'estate-replication-lag-store',
          metric: new Metric({
            namespace: 'AWS/RDS',
            metricName: 'AuroraGlobalDBRPOLag',
            dimensionsMap: { DBClusterIdentifier: cluster },
            statistic: 'Maximum',
            period: Duration.minutes(1),
          }),
          above: store.lossBudgetSeconds * 1000,
          periods,
          // A writer measures none, a dead one no more: an unknown lag is asked about before a failover loses anything.
          noData: 'fine',
        });
      }
    }
  }
}
