import type { Log, LogFields } from '../../../lambdas/shared/log.ts';

export class FakeLog implements Log {
  readonly lines: ({ level: string; message: string } & LogFields)[] = [];

  warn(message: string, fields: LogFields): void {
    this.lines.push({ ...fields, level: 'warn', message });
  }

  error(message: string, fields: LogFields): void {
    this.lines.push({ ...fields, level: 'error', message });
  }
}
