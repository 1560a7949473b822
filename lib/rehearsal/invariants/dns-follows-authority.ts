import type { InvariantFactory } from './invariant.ts';

/**
 * How long name servers may go on naming the region that was left: its health check needs three answers of a checker,
 * 10 s apart, and Route 53 a minute at most to tell all its servers.
 */
const leavingSeconds = 120;

/**
 * Rule 3, as far as DNS goes: a public name turns to no region but the one that has the authority and serves (its
 * readiness gates have let it), and turns away from one that was left. A region that clients reach in spite of that
 * must refuse them, which names-resolve asks of every request that is served.
 */
export const dnsFollowsAuthority: InvariantFactory = (evidence, broken) => {
  const { applications, regions } = evidence.plan;
  const names = applications
    .filter((application) => application.pattern !== 'active-active')
    .flatMap((application) => application.dns);
  const last = new Map<string, string>();
  const late = new Set<string>();
  let servingSince: { readonly region: string; readonly atMs: number } | undefined;
  return {
    rule: 3,
    onTick() {
      const authority = evidence.authority();
      if (authority === undefined) return;
      const serving = authority.phase === 'serving' ? authority.activeRegion : undefined;
      // Where no health check is healthy DNS fails open, whatever the authority says: then the ingress has to refuse.
      const upSinceMs = serving === undefined ? Number.NEGATIVE_INFINITY : evidence.upSinceMs(serving);
      if (upSinceMs === undefined) {
        last.clear();
        return;
      }
      if (serving !== servingSince?.region) {
        servingSince = serving === undefined ? undefined : { region: serving, atMs: evidence.nowMs() };
      }
      for (const { name, targets } of names) {
        const answers = evidence.answers(name);
        const region = [regions.active, regions.standby].find((one) => answers.includes(targets[one] ?? ''));
        if (region === undefined) continue;
        const before = last.get(name);
        last.set(name, region);
        if (region === serving) continue;
        const state = `the authority says ${authority.activeRegion} (${authority.phase})`;
        if (before !== undefined && before !== region) broken(`${name} turned to ${region} while ${state}`);
        const sinceMs = Math.max(servingSince?.atMs ?? evidence.nowMs(), upSinceMs);
        const sinceSeconds = (evidence.nowMs() - sinceMs) / 1000;
        if (sinceSeconds > leavingSeconds && !late.has(name)) {
          late.add(name);
          broken(`${name} still names ${region}, ${Math.round(sinceSeconds)} s after ${serving} began to serve`);
        }
      }
    },
  };
};
