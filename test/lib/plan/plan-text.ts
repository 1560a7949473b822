/** A small valid plan with one cluster and two applications; tests replace the parts they are about. */
export function planText(replacements: Readonly<Record<string, string>> = {}): string {
  let text = valid;
  for (const [from, to] of Object.entries(replacements)) {
    if (!text.includes(from)) throw new Error(`the plan of the tests has no "${from}"`);
    text = text.replace(from, to);
  }
  return text;
}

const valid = `version: 1
estate: shop
regions: {active: eu-central-1, standby: eu-west-1, witness: eu-west-3}
clusters:
  - kind: eks
    name: main
    regions:
      eu-central-1: {clusterName: shop-a, nodeGroups: [{name: general, instanceType: m6i.xlarge, minSize: 3, maxSize: 9}]}
      eu-west-1: {clusterName: shop-b, autoscaler: karpenter}
platform:
  rpo: 5m
  rto: 10m
  components:
    - {role: control-plane, name: eks}
applications:
  - name: web
    owner: {name: channels, contact: channels@shop.example}
    namespaces: [web]
    tier: 1
    rpo: 15m
    rto: 20m
    pattern: warm-standby
    dependsOn: [orders]
    dns:
      - name: www.shop.example
        zone: {name: shop.example, hostedZoneId: Z0123456789}
        targets: {eu-central-1: lb.eu-central-1.shop.example, eu-west-1: lb.eu-west-1.shop.example}
    checks:
      - {namespace: web, service: web, port: 80, path: /healthz}
  - name: orders
    owner: {name: core, contact: core@shop.example}
    namespaces: [orders]
    tier: 1
    rpo: 1m
    rto: 20m
    pattern: pilot-light
    dataStores:
      - name: orders-db
        kind: external
        replication: {by: aurora-global-database, lag: 5s}
detection:
  probe:
    urls:
      eu-central-1: [https://lb.eu-central-1.shop.example/healthz]
      eu-west-1: [https://lb.eu-west-1.shop.example/healthz]
`;
