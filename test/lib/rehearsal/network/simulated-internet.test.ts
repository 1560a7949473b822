import { describe, expect, test } from '@jest/globals';
import { roundTripMs } from '../../../../lib/rehearsal/network/distance.ts';
import type { DnsResult, HttpHost, HttpResult } from '../../../../lib/rehearsal/network/internet.ts';
import type {
  AuthoritativeAnswer,
  NameAuthority,
  NameQuestion,
} from '../../../../lib/rehearsal/network/name-authority.ts';
import { type NetworkCall, SimulatedInternet } from '../../../../lib/rehearsal/network/simulated-internet.ts';
import { RegionWeather } from '../../../../lib/rehearsal/world/weather.ts';
import { startMs, testKernel } from '../test-kernel.ts';

class FakeAuthority implements NameAuthority {
  readonly answers = new Map<string, AuthoritativeAnswer>();
  asked = 0;
  serversFor(name: string) {
    return name.endsWith('shop.example') ? ['205.251.192.1'] : undefined;
  }
  ask({ serverAddress, name, type }: NameQuestion) {
    if (serverAddress !== '205.251.192.1' || !name.endsWith('shop.example')) return undefined;
    this.asked++;
    return this.answers.get(`${name}|${type}`) ?? { kind: 'no-such-name' as const, ttlSeconds: 900 };
  }
  addressOf(hostName: string) {
    return hostName === 'ns-1.awsdns-01.com' ? '205.251.192.1' : undefined;
  }
}

function world() {
  const kernel = testKernel();
  const weather = new RegionWeather();
  const internet = new SimulatedInternet({ kernel, weather });
  const authority = new FakeAuthority();
  internet.addNameAuthority(authority);
  const calls: NetworkCall[] = [];
  internet.onCall((call) => calls.push(call));
  return { kernel, weather, internet, authority, calls };
}

function host(region: string, body = region): HttpHost {
  return { region, handle: (_request, respond) => respond({ status: 200, headers: {}, body }) };
}

const get = (url: string, fromRegion: string) => ({ from: 'test', fromRegion, method: 'GET', url, headers: {} });
const cname = (value: string, ttlSeconds: number): AuthoritativeAnswer => ({
  kind: 'records',
  type: 'CNAME',
  values: [value],
  ttlSeconds,
});

describe('requests', () => {
  test('reach a host after a round trip of the distance', async () => {
    const { kernel, internet } = world();
    internet.registerHost('lb.example', host('eu-west-1'));
    let answer: HttpResult | undefined;
    let atMs = 0;
    internet.request(get('https://lb.example/', 'us-east-1'), (result) => {
      answer = result;
      atMs = kernel.nowMs;
    });
    await kernel.run();
    expect(answer).toEqual({ response: { status: 200, headers: {}, body: 'eu-west-1' } });
    expect(atMs - startMs).toBeGreaterThan(roundTripMs('us-east-1', 'eu-west-1') * 0.9);
  });

  test('give the host its name in the host header, or the one that was sent', async () => {
    const { kernel, internet } = world();
    const heard: (string | undefined)[] = [];
    internet.registerHost('lb.example', {
      region: 'eu-west-1',
      handle: (request) => heard.push(request.headers.host),
    });
    internet.request(get('https://lb.example/', 'eu-west-1'), () => {});
    internet.request({ ...get('https://lb.example/', 'eu-west-1'), headers: { host: 'www.shop.example' } }, () => {});
    await kernel.run();
    expect(heard).toEqual(['lb.example', 'www.shop.example']);
  });

  test('to a dark region get no answer until they are given up, and the trace says so', async () => {
    const { kernel, weather, internet, calls } = world();
    internet.registerHost('lb.example', host('eu-central-1'));
    weather.setRegionDown('eu-central-1');
    let answered = false;
    const giveUp = internet.request(get('https://lb.example/x?token=secret', 'internet-1'), () => {
      answered = true;
    });
    await kernel.run();
    expect(answered).toBe(false);
    expect(calls).toEqual([]);
    giveUp();
    giveUp();
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      service: 'http',
      input: { url: 'https://lb.example/x' },
      error: { name: 'NoAnswer' },
    });
  });

  test('that are under way when the region goes dark are lost', async () => {
    const { kernel, weather, internet } = world();
    let respondLater: () => void = () => {};
    internet.registerHost('lb.example', {
      region: 'eu-central-1',
      handle: (_request, respond) => {
        respondLater = () => respond({ status: 200, headers: {}, body: '' });
      },
    });
    let answered = false;
    internet.request(get('https://lb.example/', 'internet-1'), () => {
      answered = true;
    });
    await kernel.run();
    weather.setRegionDown('eu-central-1');
    respondLater();
    await kernel.run();
    expect(answered).toBe(false);
  });

  test('do not cross a cut path, in whichever direction', async () => {
    const { kernel, weather, internet } = world();
    internet.registerHost('lb.example', host('eu-central-1'));
    weather.setUnreachable('eu-west-3', 'eu-central-1');
    const heard: string[] = [];
    internet.request(get('https://lb.example/', 'eu-west-3'), () => heard.push('witness'));
    internet.request(get('https://lb.example/', 'eu-west-1'), () => heard.push('standby'));
    await kernel.run();
    expect(heard).toEqual(['standby']);
  });

  test('of a process in a dark region never leave it', async () => {
    const { kernel, weather, internet } = world();
    internet.registerHost('lb.example', host('eu-west-1'));
    weather.setRegionDown('eu-central-1');
    let answered = false;
    internet.request(get('https://lb.example/', 'eu-central-1'), () => {
      answered = true;
    });
    await kernel.run();
    expect(answered).toBe(false);
  });

  test('to a name that nobody holds fail with ENOTFOUND', async () => {
    const { kernel, internet } = world();
    let answer: HttpResult | undefined;
    internet.request(get('https://nowhere.example/', 'eu-west-1'), (result) => {
      answer = result;
    });
    await kernel.run();
    expect(answer).toEqual({ code: 'ENOTFOUND' });
  });

  test('follow an alias as the resolver of their network knows it, for its time to live', async () => {
    const { kernel, internet, authority, calls } = world();
    internet.registerHost('lb.a.example', host('eu-central-1', 'a'));
    internet.registerHost('lb.b.example', host('eu-west-1', 'b'));
    authority.answers.set('www.shop.example|A', cname('lb.a.example', 60));
    const bodies: string[] = [];
    const ask = () =>
      internet.request(get('https://www.shop.example/', 'internet-1'), (result) => {
        bodies.push('response' in result ? result.response.body : result.code);
      });
    ask();
    await kernel.run(startMs + 1000);
    authority.answers.set('www.shop.example|A', cname('lb.b.example', 60));
    ask();
    await kernel.run(startMs + 30_000);
    expect(internet.regionOf('www.shop.example', 'internet-1')).toBe('eu-central-1');
    expect(internet.regionOf('www.shop.example', 'internet-2')).toBe('eu-west-1');
    await kernel.run(startMs + 61_000);
    ask();
    await kernel.run(startMs + 62_000);
    expect(bodies).toEqual(['a', 'a', 'b']);
    expect(calls.filter((call) => call.service === 'dns')).toHaveLength(2);
  });
});

describe('look-ups', () => {
  async function lookUp(
    query: { name: string; type: 'A' | 'CNAME' | 'NS' | 'TXT'; server?: string },
    prepared = world(),
  ) {
    let answer: DnsResult | undefined;
    prepared.internet.resolve({ from: 'test', fromRegion: 'eu-west-1', ...query }, (result) => {
      answer = result;
    });
    await prepared.kernel.run();
    return answer;
  }

  test('ask a name server by its address, which never follows the alias', async () => {
    const prepared = world();
    prepared.authority.answers.set('www.shop.example|CNAME', cname('lb.a.example', 60));
    prepared.authority.answers.set('www.shop.example|A', cname('lb.a.example', 60));
    const server = '205.251.192.1';
    expect(await lookUp({ name: 'www.shop.example.', type: 'CNAME', server }, prepared)).toEqual({
      values: ['lb.a.example'],
      ttlSeconds: 60,
    });
    expect(await lookUp({ name: 'www.shop.example', type: 'A', server }, prepared)).toEqual({ code: 'ENODATA' });
    expect(await lookUp({ name: 'no.shop.example', type: 'A', server }, prepared)).toEqual({ code: 'ENOTFOUND' });
    expect(prepared.calls[0]).toMatchObject({ operation: 'Resolve', input: { server } });
  });

  test('of an address where no name server is are refused', async () => {
    expect(await lookUp({ name: 'www.shop.example', type: 'A', server: '10.0.0.1' })).toEqual({ code: 'EREFUSED' });
  });

  test('find the address of a host and of a name server', async () => {
    const prepared = world();
    prepared.internet.registerHost('lb.a.example', host('eu-central-1'));
    expect(await lookUp({ name: 'ns-1.awsdns-01.com', type: 'A' }, prepared)).toMatchObject({
      values: ['205.251.192.1'],
    });
    expect(await lookUp({ name: 'lb.a.example', type: 'A' }, prepared)).toMatchObject({
      values: [prepared.internet.addressOfHost('lb.a.example')],
    });
    expect(await lookUp({ name: 'lb.a.example', type: 'CNAME' }, prepared)).toEqual({ code: 'ENODATA' });
  });

  test('remember that a name is not there', async () => {
    const prepared = world();
    expect(await lookUp({ name: 'no.shop.example', type: 'A' }, prepared)).toEqual({ code: 'ENOTFOUND' });
    expect(await lookUp({ name: 'no.shop.example', type: 'A' }, prepared)).toEqual({ code: 'ENOTFOUND' });
    expect(prepared.authority.asked).toBe(1);
  });

  test('go round in a circle of aliases only so long', async () => {
    const prepared = world();
    prepared.authority.answers.set('a.shop.example|A', cname('b.shop.example', 60));
    prepared.authority.answers.set('b.shop.example|A', cname('a.shop.example', 60));
    expect(await lookUp({ name: 'a.shop.example', type: 'A' }, prepared)).toEqual({ code: 'ESERVFAIL' });
  });

  test('from a dark region stay without answer', async () => {
    const prepared = world();
    prepared.weather.setRegionDown('eu-west-1');
    expect(await lookUp({ name: 'www.shop.example', type: 'A' }, prepared)).toBeUndefined();
  });

  test('can be given up', async () => {
    const { kernel, internet, calls } = world();
    let answered = false;
    internet.resolve({ from: 'test', fromRegion: 'eu-west-1', name: 'x.shop.example', type: 'A' }, () => {
      answered = true;
    })();
    await kernel.run();
    expect(answered).toBe(false);
    expect(calls[0]).toMatchObject({ error: { name: 'NoAnswer' } });
  });
});

describe('distances', () => {
  test.each([
    ['eu-west-1', 'eu-west-1', 2],
    ['eu-west-1', 'us-east-1', 100],
    ['us-east-1', 'eu-west-1', 100],
    ['checker-us-east-1', 'eu-west-1', 100],
    ['internet-1', 'eu-west-1', 30],
    ['ap-south-1', 'cn-north-1', 80],
    ['sa-east-1', 'af-south-1', 250],
    ['me-south-1', 'il-central-1', 30],
  ])('%s to %s take %d ms', (from, to, ms) => expect(roundTripMs(from, to)).toBe(ms));
});
