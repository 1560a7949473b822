import type { AuthorityReader } from '../../lib/authority/authority.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import { errorFields, type Log } from '../shared/log.ts';
import type { Runtime } from '../shared/runtime.ts';
import type { Invocation } from '../shared/task-handler.ts';
import type { contract } from './contract.ts';

export interface AnswerDecisionDependencies {
  readonly runtime: Runtime;
  readonly log: Log;
  readonly authority: AuthorityReader;
  /** Lives as long as the instance: checkers ask more often than the answer changes. */
  readonly cache: { last?: { readonly serving: boolean; readonly readAtMs: number } };
}

/** Short against the 30 s that checkers need to change their mind (10 s × 3), long against their requests. */
const cacheMs = 2000;

export async function answerDecision(
  input: InputOf<typeof contract>,
  dependencies: AnswerDecisionDependencies & Invocation,
): Promise<OutputOf<typeof contract>> {
  if (input.rawPath !== '/serving' || input.requestContext.http.method !== 'GET') return answer(404, 'not found');
  return (await isServing(dependencies)) ? answer(200, 'serving') : answer(503, 'not serving');
}

async function isServing(dependencies: AnswerDecisionDependencies & Invocation): Promise<boolean> {
  const { runtime, log, authority, cache, signal } = dependencies;
  const nowMs = runtime.nowMs();
  if (cache.last !== undefined && nowMs - cache.last.readAtMs < cacheMs) return cache.last.serving;
  let serving = false;
  try {
    const record = await authority.read(signal);
    serving = record?.activeRegion === runtime.region && record.phase === 'serving';
  } catch (error) {
    // Who can't know whether this region may serve says no: Route 53 fails open, two regions serving does not mend.
    log.error('authority not readable', errorFields(error));
  }
  cache.last = { serving, readAtMs: nowMs };
  return serving;
}

function answer(statusCode: number, text: string): OutputOf<typeof contract> {
  return {
    statusCode,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
    body: `${text}\n`,
  };
}
