import type { Application } from './plan.ts';
import { waves } from './waves.ts';

/** What an image of some hundred megabytes takes from a registry of the same region. Ours: it only weighs chains against each other. */
const pullSeconds = 5;

/**
 * Names of the applications in the order in which having their images on the nodes shortens the recovery most: those of
 * the slowest chain of dependencies, then those of the chain that is the slowest once they are there, and so on.
 * `startSeconds` by application, without a pull; absent: 0.
 */
export function pullOrder(
  applications: readonly Application[],
  startSeconds: ReadonlyMap<string, number>,
): readonly string[] {
  const inOrder = waves({ applications }).flat();
  const chosen = new Set<string>();
  while (chosen.size < inOrder.length) {
    for (const name of slowestChain(inOrder, startSeconds, chosen)) chosen.add(name);
  }
  return [...chosen];
}

interface Chain {
  readonly seconds: number;
  readonly last: string;
  readonly before: Chain | undefined;
}

/** The slowest chain with an application that isn’t chosen yet: every round chooses at least one. */
function slowestChain(
  inOrder: readonly Application[],
  startSeconds: ReadonlyMap<string, number>,
  chosen: ReadonlySet<string>,
): string[] {
  const longest = new Map<string, Chain>();
  let slowest: Chain | undefined;
  for (const { name, dependsOn } of inOrder) {
    const before = dependsOn.reduce<Chain | undefined>((worst, one) => slower(worst, longest.get(one)), undefined);
    const own = (startSeconds.get(name) ?? 0) + (chosen.has(name) ? 0 : pullSeconds);
    const chain = { seconds: (before?.seconds ?? 0) + own, last: name, before };
    longest.set(name, chain);
    if (holdsUnchosen(chain, chosen)) slowest = slower(slowest, chain);
  }
  return namesOf(slowest);
}

function slower(a: Chain | undefined, b: Chain | undefined): Chain | undefined {
  return b !== undefined && (a === undefined || b.seconds > a.seconds) ? b : a;
}

function holdsUnchosen(chain: Chain, chosen: ReadonlySet<string>): boolean {
  return namesOf(chain).some((name) => !chosen.has(name));
}

function namesOf(chain: Chain | undefined): string[] {
  return chain === undefined ? [] : [...namesOf(chain.before), chain.last];
}
