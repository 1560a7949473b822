import type { InputOf, OutputOf } from '../shared/contract.ts';
import type { Invocation } from '../shared/task-handler.ts';
import type { contract } from './contract.ts';
import { catchUp, noProgress } from './progress.ts';
import { Recovery, type RecoveryDependencies } from './recovery.ts';
import { recordShortfall, verdict } from './verdict.ts';

export async function recoverApplications(
  input: InputOf<typeof contract>,
  dependencies: RecoveryDependencies & Invocation,
): Promise<OutputOf<typeof contract>> {
  const { journal, signal } = dependencies;
  const progress = noProgress();
  await catchUp(progress, journal, input, signal);
  const recovery = new Recovery(input, progress, dependencies);
  await recovery.run();
  const found = verdict(input, recovery, dependencies.runtime.nowMs());
  await recordShortfall(found, input, journal);
  return found.output;
}
