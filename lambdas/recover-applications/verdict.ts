import type { Journal } from '../../lib/evidence/journal.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import type { contract } from './contract.ts';
import { lateSeconds, type Recovery } from './recovery.ts';

type Input = InputOf<typeof contract>;
type Output = OutputOf<typeof contract>;

export interface Verdict {
  readonly output: Output;
  /** Number and reason of the wave that holds the failover up for good. */
  readonly shortfall?: { readonly wave: number; readonly reason: string };
}

/** What this invocation's share of the recovery has come to. */
export function verdict({ waves }: Input, recovery: Recovery, nowMs: number): Verdict {
  const { ready } = recovery.progress;
  const applications = waves.flatMap((wave) => wave.applications);
  const counts = { ready: applications.filter((name) => ready.has(name)).length, applications: applications.length };
  if (counts.ready === counts.applications) {
    return { output: { state: 'ready', reason: 'all pods are ready and all checks pass', ...counts } };
  }
  const found = waves.flatMap((wave) =>
    wave.applications.flatMap((name) => {
      const one = recovery.found.get(name);
      return one === undefined ? [] : [{ wave: wave.number, ...one }];
    }),
  );
  const failed = (state: 'short' | 'late', wave: number, reason: string): Verdict => ({
    output: { state, reason: `Wave ${wave}: ${reason}`, ...counts },
    shortfall: { wave, reason },
  });
  const short = found.filter(({ state }) => state.unplaceable.length > 0);
  if (short[0] !== undefined) {
    return failed('short', short[0].wave, firstOf(short.flatMap(({ state }) => state.unplaceable)));
  }
  const late = found.filter(({ scaledAtMs }) => nowMs - scaledAtMs >= lateSeconds * 1000);
  if (late[0] !== undefined) {
    const reason = firstOf(late.flatMap(({ state }) => state.waitingFor));
    return failed('late', late[0].wave, `not ready ${lateSeconds / 60} minutes after its start: ${reason}`);
  }
  const notStarted = applications.filter((name) => !ready.has(name) && !recovery.progress.startedAtMs.has(name));
  const sentences = [
    ...found.flatMap(({ state }) => state.waitingFor),
    ...notStarted.map((name) => `${name} waits for ${recovery.lacksData(name) ? 'its data' : 'what it depends on'}`),
  ];
  return { output: { state: 'waiting', reason: firstOf(sentences), ...counts } };
}

/** One sentence, however many there are: state and pages are no place for lists of hundreds of pods. */
function firstOf(sentences: readonly string[]): string {
  const [first = 'nothing was reported'] = sentences;
  return sentences.length > 1 ? `${first} (and ${sentences.length - 1} more)` : first;
}

/** Only what ends the failover is written down: waiting goes on. */
export async function recordShortfall(
  { shortfall }: Verdict,
  { incidentId, executionArn, waves }: Input,
  journal: Pick<Journal, 'append'>,
): Promise<void> {
  if (shortfall === undefined) return;
  const { wave, reason } = shortfall;
  const applications = waves.find(({ number }) => number === wave)?.applications ?? [];
  const detail = { wave, applications, reason };
  await journal.append({ incidentId, executionArn, kind: 'wave-short', subject: String(wave), detail });
}
