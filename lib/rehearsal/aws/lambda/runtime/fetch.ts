import type { HttpResult } from '../../../network/internet.ts';
import type { ExecutionEnvironment } from './execution-environment.ts';
import { connectionError, refuseAwsEndpoint } from './modules/http.ts';

/** Statuses whose answers have no body (Fetch standard, «null body status»). */
const withoutBody = new Set([101, 103, 204, 205, 304]);

/** fetch over the world's Internet. Redirects are not followed in the world: they are refused by name. */
export function virtualFetch(environment: ExecutionEnvironment): typeof fetch {
  const { loop, internet, caller, realm } = environment;
  return (input, init) =>
    new realm.Promise<Response>((resolve, reject) => {
      const request = new Request(input, plainInit(init));
      const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
      const url = new URL(request.url);
      refuseAwsEndpoint(environment, url);
      let giveUp = (): void => {};
      const abort = (): void => {
        giveUp();
        reject(signal?.reason);
      };
      if (signal?.aborted) {
        abort();
        return;
      }
      signal?.addEventListener('abort', abort, { once: true });
      const finish = (result: HttpResult): void => {
        signal?.removeEventListener('abort', abort);
        if ('code' in result) {
          const cause = connectionError(environment, result.code, url);
          reject(new realm.TypeError('fetch failed', { cause }));
          return;
        }
        const { status, headers, body } = result.response;
        if (status >= 300 && status < 400 && headers.location !== undefined) {
          reject(new realm.Error(`not simulated: fetch follows a redirect from ${url.href}`));
          return;
        }
        resolve(new Response(withoutBody.has(status) ? null : body, { status, headers: { ...headers } }));
      };
      const body =
        typeof init?.body === 'string' || init?.body instanceof URLSearchParams ? String(init.body) : undefined;
      if (init?.body && body === undefined) {
        reject(new realm.Error('not simulated: fetch with a body that is not a string'));
        return;
      }
      loop.submit(() => {
        if (signal?.aborted) return;
        const sent = {
          from: loop.name,
          fromRegion: caller.region,
          method: request.method,
          url: request.url,
          headers: Object.fromEntries(request.headers),
          ...(body === undefined ? {} : { body }),
        };
        giveUp = internet.request(sent, (result) => loop.deliver(() => finish(result)));
      });
    });
}

/** Without the signal, which may come from the realm, and without what only matters to sockets. */
function plainInit(init: RequestInit | undefined): RequestInit {
  const { method, headers, body } = init ?? {};
  return {
    ...(method === undefined ? {} : { method }),
    ...(headers === undefined ? {} : { headers }),
    ...(typeof body === 'string' ? { body } : {}),
  };
}
