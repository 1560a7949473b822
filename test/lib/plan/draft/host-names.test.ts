import { describe, expect, test } from '@jest/globals';
import { servicesNamedIn } from '../../../../lib/plan/draft/host-names.ts';
import { servicesOf } from '../../../../lib/plan/draft/services.ts';
import { service } from './manifests.ts';

const services = new Map(
  servicesOf(
    [service('shop', 'orders'), service('shop', 'kafka'), service('data', 'db'), service('shop', 'web-api')],
    [],
  ).map((each) => [`${each.namespace}/${each.name}`, each]),
);
const named = (name: string, value: string) =>
  servicesNamedIn({ name, value }, 'shop', services).map((found) => `${found.namespace}/${found.name}`);

describe('a Service is named by', () => {
  test.each([
    ['ORDERS', 'http://orders', 'shop/orders'],
    ['ORDERS', 'http://orders:8080/v1?x=y', 'shop/orders'],
    ['ORDERS', 'grpc://user:secret@orders/x', 'shop/orders'],
    ['X', 'orders:8080', 'shop/orders'],
    ['X', 'user:secret@tcp(orders:3306)/db', 'shop/orders'],
    ['ORDERS_HOST', 'orders', 'shop/orders'],
    ['upstreams.addr', 'orders', 'shop/orders'],
    ['X', 'db.data', 'data/db'],
    ['X', 'postgres://db.data:5432/x', 'data/db'],
    ['X', 'jdbc:postgresql://db.data.svc/x', 'data/db'],
    ['X', 'db.data.svc.cluster.local', 'data/db'],
    ['X', 'db.data.svc.corp.internal:1234', 'data/db'],
    ['X', 'kafka-0.kafka:9092,kafka-1.kafka:9092', 'shop/kafka'],
    ['X', 'db-0.db.data:5432', 'data/db'],
    ['X', 'db-0.db.data.svc.cluster.local', 'data/db'],
    ['command line', '--db-host=orders --x', 'shop/orders'],
    ['command line', '--server orders', 'shop/orders'],
    ['command line', 'until nc -z orders 5432; do sleep 1; done', 'shop/orders'],
    ['command line', 'nslookup orders', 'shop/orders'],
    ['nginx.conf', 'location / {\n  proxy_pass http://web-api:80;\n}', 'shop/web-api'],
    ['nginx.conf', 'upstream x {\n  server web-api;\n}', 'shop/web-api'],
    ['application.yaml', 'spring:\n  host: "orders"\n', 'shop/orders'],
  ])('%s=%s', (name, value, expected) => {
    expect(named(name, value)).toEqual([expected]);
  });

  test('nothing that only looks like it', () => {
    expect(named('DATABASE', 'orders')).toEqual([]);
    expect(named('TOPIC', 'orders')).toEqual([]);
    expect(named('IMAGE', 'registry.example/shop/orders:8080')).toEqual([]);
    expect(named('X', 'http://orders-v2')).toEqual([]);
    expect(named('X', 'http://my_orders:80')).toEqual([]);
    expect(named('X', 'orders_db')).toEqual([]);
    expect(named('PATH', '/var/lib/orders')).toEqual([]);
    expect(named('URL', 'https://orders.example.com')).toEqual([]);
    expect(named('URL', 'http://db:5432')).toEqual([]);
    expect(named('SERVICE_DESCRIPTION', 'takes Orders & returns money; see orders')).toEqual([]);
    expect(named('X', 'a.b.c.d')).toEqual([]);
  });

  test('each once, however often it is there', () => {
    expect(named('URLS', 'http://orders,http://orders:80,http://kafka')).toEqual(['shop/orders', 'shop/kafka']);
  });
});
