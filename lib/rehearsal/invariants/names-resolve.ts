import type { InvariantFactory } from './invariant.ts';

/**
 * How long a region that comes back from the dark may serve before it knows that it was left: its gate looks every
 * minute, and closing takes some seconds. Nothing inside its clusters knows earlier until there is a guard (ADR 0017).
 */
const returnSeconds = 80;

/** Rule 3: a public name always resolves; a region without authority, or before its readiness gates let it serve, serves no client. */
export const namesResolve: InvariantFactory = (evidence, broken) => {
  const { applications } = evidence.plan;
  const activeActive = new Set(applications.filter((one) => one.pattern === 'active-active').map((one) => one.name));
  const silent = new Set<string>();
  const intruders = new Set<string>();
  return {
    rule: 3,
    onTick() {
      for (const { name } of applications.flatMap((application) => application.dns)) {
        if (evidence.answers(name).length > 0) silent.delete(name);
        else if (!silent.has(name)) {
          silent.add(name);
          broken(`${name} resolves to nothing`);
        }
      }
    },
    onServed(application, region) {
      const authority = evidence.authority();
      if (authority === undefined || activeActive.has(application)) return;
      const allowed = authority.activeRegion === region && authority.phase === 'serving';
      const upSinceMs = evidence.upSinceMs(region) ?? Number.NEGATIVE_INFINITY;
      if (allowed || evidence.nowMs() - upSinceMs <= returnSeconds * 1000) return;
      const key = `${application}@${region}/${authority.epoch}`;
      if (intruders.has(key)) return;
      intruders.add(key);
      broken(
        `${region} served a client of ${application} while the authority says ${authority.activeRegion} (${authority.phase})`,
      );
    },
  };
};
