import { type KubernetesObject, namespaceOf } from './kubernetes-object.ts';
import type { Workload } from './pods.ts';
import type { Service } from './services.ts';

interface DataOperator {
  readonly group: string;
  readonly kind: string;
  /** What replicas of the store's image are called, so that the store is recognised like any other. */
  readonly image: string;
  /** What the operator appends to the resource's name for the Services it makes. */
  readonly serviceSuffixes: readonly string[];
}

/** Custom resources from which an operator makes a data store with volume claims. Source: each operator's reference. */
const dataOperators: readonly DataOperator[] = [
  { group: 'postgresql.cnpg.io', kind: 'Cluster', image: 'postgres', serviceSuffixes: ['-rw', '-ro', '-r'] },
  { group: 'acid.zalan.do', kind: 'postgresql', image: 'postgres', serviceSuffixes: ['', '-repl'] },
  {
    group: 'postgres-operator.crunchydata.com',
    kind: 'PostgresCluster',
    image: 'postgres',
    serviceSuffixes: ['-primary', '-replicas', '-pgbouncer'],
  },
  { group: 'kafka.strimzi.io', kind: 'Kafka', image: 'kafka', serviceSuffixes: ['-kafka-bootstrap', '-kafka-brokers'] },
  { group: 'rabbitmq.com', kind: 'RabbitmqCluster', image: 'rabbitmq', serviceSuffixes: ['', '-nodes'] },
  { group: 'mongodbcommunity.mongodb.com', kind: 'MongoDBCommunity', image: 'mongo', serviceSuffixes: ['-svc'] },
  { group: 'psmdb.percona.com', kind: 'PerconaServerMongoDB', image: 'mongo', serviceSuffixes: ['-rs0', '-mongos'] },
  {
    group: 'pxc.percona.com',
    kind: 'PerconaXtraDBCluster',
    image: 'mysql',
    serviceSuffixes: ['-pxc', '-haproxy', '-proxysql'],
  },
  { group: 'mysql.oracle.com', kind: 'InnoDBCluster', image: 'mysql', serviceSuffixes: ['', '-instances'] },
  {
    group: 'elasticsearch.k8s.elastic.co',
    kind: 'Elasticsearch',
    image: 'elasticsearch',
    serviceSuffixes: ['-es-http'],
  },
  { group: 'opensearch.opster.io', kind: 'OpenSearchCluster', image: 'opensearch', serviceSuffixes: [''] },
  { group: 'minio.min.io', kind: 'Tenant', image: 'minio', serviceSuffixes: ['-hl'] },
];

export interface OperatedStores {
  readonly workloads: readonly Workload[];
  /** Services that the operators will make; no manifest holds them. */
  readonly services: readonly Service[];
}

/** Data stores that operators make from custom resources, as if they were StatefulSets with claims. */
export function operatedStoresOf(objects: readonly KubernetesObject[]): OperatedStores {
  const workloads: Workload[] = [];
  const services: Service[] = [];
  for (const object of objects) {
    const group = object.apiVersion.split('/')[0];
    const operator = dataOperators.find((candidate) => candidate.group === group && candidate.kind === object.kind);
    if (!operator) continue;
    const namespace = namespaceOf(object);
    const workload = operatedWorkload(object, operator.image);
    workloads.push(workload);
    for (const suffix of operator.serviceSuffixes) {
      services.push({ name: `${object.metadata.name}${suffix}`, namespace, ports: [], backends: [workload] });
    }
  }
  return { workloads, services };
}

function operatedWorkload(object: KubernetesObject, image: string): Workload {
  const container = { name: object.metadata.name, image, command: [], args: [], env: [], envFrom: [], ports: [] };
  return {
    kind: object.kind,
    name: object.metadata.name,
    namespace: namespaceOf(object),
    labels: object.metadata.labels ?? {},
    podLabels: {},
    podSpec: { containers: [container], initContainers: [], volumes: [] },
    replicas: 1,
    claims: ['made by its operator'],
  };
}
