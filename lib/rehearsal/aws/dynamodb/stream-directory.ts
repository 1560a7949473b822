import type { KeyHandle } from '../kms/key-directory.ts';
import type { TableStream } from './table-stream.ts';

export interface StreamInRegion {
  readonly stream: TableStream;
  readonly tableName: string;
  /** The table's key. */
  readonly key: KeyHandle | undefined;
}

/** The streams of all tables, by ARN. */
export interface StreamDirectory {
  streamOf(streamArn: string): StreamInRegion | undefined;
}
