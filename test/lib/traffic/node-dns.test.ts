import { createSocket, type Socket } from 'node:dgram';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { nodeDns } from '../../../lib/traffic/node-dns.ts';

/** Answers every question with «no such name» (RFC 1035 section 4.1.1: QR, AA, RCODE 3). */
let server: Socket;
let address: string;

beforeAll(async () => {
  server = createSocket('udp4', (question, { port, address: from }) => {
    const answer = Buffer.from(question);
    answer.writeUInt16BE(0x8403, 2);
    server.send(answer, port, from);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  address = `127.0.0.1:${server.address().port}`;
});

afterAll(() => {
  server.close();
});

test('a name that does not exist is an answer', async () => {
  expect(await nodeDns().canonicalNamesAt(address, 'www.shop.example')).toEqual([]);
});

test('a server that does not answer is a failure, within seconds', async () => {
  const silent = createSocket('udp4');
  await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve));
  const asked = nodeDns().canonicalNamesAt(`127.0.0.1:${silent.address().port}`, 'www.shop.example');
  await expect(asked).rejects.toMatchObject({ code: 'ETIMEOUT' });
  silent.close();
}, 10_000);
