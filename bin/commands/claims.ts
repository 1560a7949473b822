import type { Command } from 'commander';
import type { Claim } from '../../lib/rehearsal/claims/claim.ts';
import { allClaims, isUnverified } from '../../lib/rehearsal/claims/registry.ts';

const example = `
Example:
  $ lifeboat claims --unverified

The rules by which the simulated AWS and Kubernetes go, with who says so and which contract case (test/real) holds the
world and a real server to them. Exit code 0.`;

interface Counts {
  readonly claims: number;
  readonly withSource: number;
  readonly withoutSource: number;
  readonly withCase: number;
}

export function registerClaims(program: Command): void {
  program
    .command('claims')
    .description('list the rules of the simulated world with their sources and contract cases')
    .option('--unverified', 'only those without a source')
    .option('--json', 'one JSON document on stdout: {counts, claims: [{id, rule, source, cases, differs}]}')
    .addHelpText('after', example)
    .action(listClaims);
}

function listClaims({ unverified, json }: { readonly unverified?: boolean; readonly json?: boolean }): void {
  const wanted = unverified === true ? isUnverified : () => true;
  const counts = countsOf(allClaims.flatMap(({ claims }) => claims));
  if (json === true) {
    const claims = allClaims.flatMap((service) => service.claims.filter(wanted));
    const documents = claims.map((claim) => ({
      ...claim,
      source: claim.source ?? null,
      differs: claim.differs ?? null,
    }));
    process.stdout.write(`${JSON.stringify({ counts, claims: documents }, null, 2)}\n`);
    return;
  }
  for (const { service, claims } of allClaims) {
    const shown = claims.filter(wanted);
    if (shown.length > 0) process.stdout.write(`${service}\n${shown.map(textOf).join('')}\n`);
  }
  process.stdout.write(`${summaryOf(counts)}\n`);
}

function countsOf(claims: readonly Claim[]): Counts {
  const withoutSource = claims.filter(isUnverified).length;
  return {
    claims: claims.length,
    withSource: claims.length - withoutSource,
    withoutSource,
    withCase: claims.filter(({ cases }) => cases.length > 0).length,
  };
}

function textOf({ id, rule, source, cases, differs }: Claim): string {
  const lines = [
    `  ${id}: ${rule}`,
    `    ${source ?? 'no source: unverified'}`,
    ...(cases.length === 0 ? [] : [`    cases: ${cases.join(', ')}`]),
    ...(differs === undefined ? [] : [`    ${differs}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function summaryOf({ claims, withSource, withoutSource, withCase }: Counts): string {
  return `${claims} claims: ${withSource} with a source, ${withoutSource} without; ${withCase} held by contract cases`;
}
