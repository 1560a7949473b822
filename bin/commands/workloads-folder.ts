import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError } from '../../lib/plan/input-error.ts';

/** The folder that --workloads names, or the one beside the plan. */
export function workloadsOf({ file, workloads }: { readonly file: string; readonly workloads?: string }): string {
  if (workloads !== undefined) return workloads;
  const beside = join(dirname(file), 'workloads');
  if (existsSync(beside)) return beside;
  throw new InputError(
    `${file} has no folder workloads beside it: name the manifests of the active region with --workloads DIR`,
  );
}
