import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Slots } from '../../lib/detection/slots.ts';
import type { Runtime } from './runtime.ts';

/** The slots of a beat for the invocation that begins now; `tableName` is the own region's coordination table. */
export function invocationSlots(
  table: { readonly client: DynamoDBDocumentClient; readonly tableName: string; readonly beat: string },
  runtime: Runtime,
): Slots {
  return new Slots({ ...table, taker: runtime.uuid(), startedMs: runtime.nowMs() });
}
