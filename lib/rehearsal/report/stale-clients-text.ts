import type { RehearsalResult } from '../measure/result.ts';
import { durationText } from './duration-text.ts';

const who: Readonly<Record<RehearsalResult['staleClients'][number]['kind'], string>> = {
  'minimum-ttl': 'behind resolvers that keep every answer for 5 min',
  'kept-address': 'that keep an address until nobody answers there',
};

/** A line for each kind of client that no recovery time counts; none where nothing of theirs failed. */
export function staleClientsText({ staleClients }: Pick<RehearsalResult, 'staleClients'>): string[] {
  return staleClients
    .filter(({ failed }) => failed > 0)
    .map(({ kind, requests, failed, rtoSeconds }) => {
      const back = rtoSeconds === null ? 'not back when the rehearsal ended' : `back after ${durationText(rtoSeconds)}`;
      return `not counted: clients ${who[kind]}, ${failed} of ${requests} requests failed, ${back}`;
    });
}
