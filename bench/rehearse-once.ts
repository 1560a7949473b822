import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectDir } from './project.ts';

export interface RehearsedEstate {
  readonly planFile: string;
  /** Folder of manifests. */
  readonly workloads: string;
}

export interface RehearsedOnce {
  /** Of the whole process, start and result included. */
  readonly wallSeconds: number;
  /** Largest resident set of the process. */
  readonly peakMiB: number;
  readonly rtoSeconds: number;
  readonly lowerBoundSeconds: number;
  /** Of the failover's execution. */
  readonly historyEvents: number;
}

/**
 * `lifeboat rehearse region-loss` in a process of its own, as a shell starts it: with the flags of Node in the command's
 * first line. Throws where it doesn't end as expected: a recovery that broke a rule is no figure.
 */
export function rehearseOnce({ planFile, workloads }: RehearsedEstate, seed: number): RehearsedOnce {
  const folder = mkdtempSync(join(tmpdir(), 'lifeboat-bench-'));
  try {
    const peakFile = join(folder, 'peak');
    const probe = join(import.meta.dirname, 'peak-memory.ts');
    const verb = ['rehearse', 'region-loss', '-f', planFile, '--workloads', workloads];
    const startedMs = performance.now();
    const done = spawnSync(join(projectDir, 'bin/lifeboat.ts'), [...verb, '--seed', String(seed), '--json'], {
      cwd: projectDir,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      env: { ...process.env, NODE_OPTIONS: `--import=${probe}`, LIFEBOAT_PEAK_FILE: peakFile },
    });
    const wallSeconds = Math.round(performance.now() - startedMs) / 1000;
    if (done.status !== 0) throw new Error(`the rehearsal ended with ${done.status}: ${done.stderr}${done.stdout}`);
    const { rto, execution } = JSON.parse(done.stdout) as {
      rto: { seconds: number; lowerBoundSeconds: number };
      execution: { historyEvents: number };
    };
    return {
      wallSeconds,
      peakMiB: Number(readFileSync(peakFile, 'utf8')),
      rtoSeconds: rto.seconds,
      lowerBoundSeconds: rto.lowerBoundSeconds,
      historyEvents: execution.historyEvents,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
