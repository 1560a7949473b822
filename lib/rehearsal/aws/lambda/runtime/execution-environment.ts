import type { RandomStream } from '../../../kernel/random-stream.ts';
import type { Internet } from '../../../network/internet.ts';
import type { Caller, ServiceBus } from '../../service.ts';
import type { ProcessLoop } from './process-loop.ts';
import type { ReadOnlyFiles } from './read-only-files.ts';
import type { Realm } from './realm.ts';

/** All that the code of one execution environment can reach. */
export interface ExecutionEnvironment {
  readonly loop: ProcessLoop;
  readonly bus: ServiceBus;
  readonly internet: Internet;
  /** Who the code is when it calls AWS. */
  readonly caller: Caller;
  readonly random: RandomStream;
  readonly variables: Readonly<Record<string, string>>;
  readonly files: ReadOnlyFiles;
  readonly architecture: 'arm64' | 'x64';
  readonly memoryMiB: number;
  readonly realm: Realm;
  log(line: string): void;
}
