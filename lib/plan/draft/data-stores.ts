import type { DraftStore } from './draft-application.ts';
import { planName } from './plan-names.ts';
import { containersOf, type Workload, workloadRef } from './pods.ts';

interface Engine {
  readonly image: RegExp;
  readonly name: string;
  /** The AWS service, or the feature of the store itself, that keeps a copy in another region. */
  readonly replicatedBy: string;
}

const engines: readonly Engine[] = [
  { image: /postgres|timescale|pgvector|postgis/, name: 'PostgreSQL', replicatedBy: 'aurora-global-database' },
  { image: /mysql|mariadb|percona/, name: 'MySQL', replicatedBy: 'aurora-global-database' },
  { image: /redis|valkey|keydb|dragonfly/, name: 'Redis', replicatedBy: 'elasticache-global-datastore' },
  { image: /mongo/, name: 'MongoDB', replicatedBy: 'documentdb-global-cluster' },
  { image: /kafka|redpanda/, name: 'Kafka', replicatedBy: 'msk-replicator' },
  { image: /rabbitmq/, name: 'RabbitMQ', replicatedBy: 'rabbitmq-federation' },
  { image: /(^|\/)nats/, name: 'NATS JetStream', replicatedBy: 'jetstream-mirror' },
  { image: /opensearch|elasticsearch/, name: 'OpenSearch', replicatedBy: 'opensearch-cross-cluster-replication' },
  { image: /dynamodb/, name: 'DynamoDB', replicatedBy: 'dynamodb-global-table' },
  { image: /cassandra|scylla/, name: 'Cassandra', replicatedBy: 'keyspaces-multi-region' },
  { image: /minio/, name: 'object storage', replicatedBy: 's3-cross-region-replication' },
  { image: /cockroach/, name: 'CockroachDB', replicatedBy: 'cockroachdb-physical-cluster-replication' },
];
const unknownEngine = { name: 'files', replicatedBy: 'efs-replication' };

/** Data stores among the workloads: whatever writes to a volume claim. */
export function dataStoresOf(workloads: readonly Workload[]): readonly DraftStore[] {
  const stores = workloads.filter(({ claims }) => claims.length > 0);
  return stores.map((workload) => {
    const engine = engineOf(workload) ?? unknownEngine;
    const twin = stores.some((other) => other !== workload && other.name === workload.name);
    const name = twin ? `${workload.kind}-${workload.name}` : workload.name;
    return {
      name: planName(name, 'data'),
      workload: workloadRef(workload),
      engine: engine.name,
      replicatedBy: engine.replicatedBy,
    };
  });
}

/** What is known of data that no claim holds, as sentences for the reader. */
export function fleetingDataNotes(workloads: readonly Workload[]): readonly string[] {
  return workloads
    .filter(({ claims }) => claims.length === 0)
    .flatMap((workload) => {
      const ref = workloadRef(workload);
      const onNode = workload.podSpec.volumes.find(({ hostPath }) => hostPath !== undefined)?.hostPath?.path;
      if (onNode && workload.kind !== 'DaemonSet')
        return [`TODO: ${ref} keeps files on its node (${onNode}), which no other region has`];
      const engine = engineOf(workload);
      if (!engine) return [];
      return [
        `TODO: ${ref} is ${engine.name} without a volume claim: every restart empties it, so it is taken to be a cache`,
      ];
    });
}

function engineOf(workload: Workload): Engine | undefined {
  const images = containersOf(workload).map(({ image = '' }) => image.toLowerCase().replace(/[:@].*$/, ''));
  // An exporter or a client carries the name of the store that it only talks to.
  const stores = images.filter(
    (image) => !/exporter|client|proxy|operator|backup|init|ui|admin|commander|insight/.test(image),
  );
  return engines.find(({ image }) => stores.some((name) => image.test(name)));
}
