import { expect, test } from '@jest/globals';
import { HttpMethod, RequestContext } from '@kubernetes/client-node/dist/gen/index.js';
import type { HttpsRequest } from '../../../lib/cluster/https-exchange.ts';
import { httpsLibrary } from '../../../lib/cluster/https-library.ts';

const answer = { status: 200, headers: { a: 'b' }, content: Buffer.from('hello') };

test("carries the client's request over and gives its answer as text and bytes, never as a stream", async () => {
  const sent: HttpsRequest[] = [];
  const library = httpsLibrary(async (request) => {
    sent.push(request);
    return answer;
  });
  const context = new RequestContext('https://api/x', HttpMethod.PATCH);
  context.setHeaderParam('A', 'b');
  context.setBody('{}');
  const { signal } = new AbortController();
  context.setSignal(signal);
  const response = await library.send(context);
  expect(sent).toEqual([{ method: 'PATCH', url: 'https://api/x', headers: { A: 'b' }, body: '{}', signal }]);
  expect(response).toMatchObject({ httpStatusCode: 200, headers: { a: 'b' } });
  expect(await response.body.text()).toBe('hello');
  expect(await response.body.binary()).toEqual(Buffer.from('hello'));
  expect(response.body.stream()).toBeNull();
});

test('refuses a body that is no text', async () => {
  const context = new RequestContext('https://api/x', HttpMethod.POST);
  context.setBody(new URLSearchParams('a=b'));
  await expect(httpsLibrary(async () => answer).send(context)).rejects.toThrow('only text bodies');
});
