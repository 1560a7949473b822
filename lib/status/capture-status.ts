import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { CaptureStore } from '../cluster/capture-store.ts';
import { platformName } from '../cluster/scope.ts';
import { captureAgeLimitSeconds } from '../plan/capture-age.ts';
import { capturesTableName } from '../plan/names.ts';
import type { Plan } from '../plan/plan.ts';
import { readTable } from './table-reading.ts';

/** What the region that would take over knows of how much runs in the active one. */
export interface CaptureStatus {
  readonly region: string;
  readonly limitSeconds: number;
  readonly applications: readonly {
    /** Of the application, or `platform`. */
    readonly name: string;
    /** Null: it was never captured. */
    readonly ageSeconds: number | null;
    readonly isTooOld: boolean;
  }[];
}

/** Throws TableUnreadableError. */
export async function captureStatus(question: {
  readonly plan: Plan;
  readonly region: string;
  readonly client: DynamoDBDocumentClient;
  readonly nowMs: number;
}): Promise<CaptureStatus> {
  const { plan, region, client, nowMs } = question;
  const limitSeconds = captureAgeLimitSeconds(plan);
  const name = capturesTableName(plan);
  const store = new CaptureStore(client, name);
  const names = [platformName, ...plan.applications.map((application) => application.name)];
  const summaries = await readTable({ plan, region, name }, Promise.all(names.map((one) => store.summary(one))));
  const applications = names.map((one, index) => {
    const capturedAtMs = summaries[index]?.capturedAtMs;
    if (capturedAtMs === undefined) return { name: one, ageSeconds: null, isTooOld: true };
    const ageSeconds = Math.max(0, nowMs - capturedAtMs) / 1000;
    return { name: one, ageSeconds, isTooOld: ageSeconds > limitSeconds };
  });
  return { region, limitSeconds, applications };
}
