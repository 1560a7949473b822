import { mkdirSync, mkdtempSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readWorkloads } from '../../../lib/plan/draft/workloads.ts';
import { InputError } from '../../../lib/plan/input-error.ts';
import { PlanError } from '../../../lib/plan/mistake.ts';
import { readPlan } from '../../../lib/plan/read-plan.ts';
import { planText } from './plan-text.ts';

const folder = mkdtempSync(join(tmpdir(), 'lifeboat-text-'));
const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ü}\n';

/** A file that holds `content`, or is `sizeBytes` long. */
function file(name: string, content: Buffer | string, sizeBytes?: number): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  if (sizeBytes !== undefined) truncateSync(path, sizeBytes);
  return path;
}

const unreadable: [string, Buffer, number | undefined, string][] = [
  ['a program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1, 2]), undefined, 'not text in UTF-8'],
  ['UTF-16 of a Windows shell', Buffer.from(`\uFEFF${configMap}`, 'utf16le'), undefined, 'save it as UTF-8'],
  ['Latin-1', Buffer.from(configMap, 'latin1'), undefined, 'save it as UTF-8'],
  ['a huge file', Buffer.from('a'), 20 * 1024 * 1024, 'larger than'],
];

describe('a plan that is', () => {
  test.each(unreadable)('%s is refused in one sentence', (name, content, sizeBytes, message) => {
    const path = file(`${name}.plan`, content, sizeBytes);
    const read = () => readPlan(path);
    expect(read).toThrow(PlanError);
    expect(read).toThrow(message);
    expect(read).toThrow(new RegExp(`^${path}: .{1,120}$`));
  });

  test('text with a byte order mark is read', () => {
    expect(readPlan(file('bom.yaml', `\uFEFF${planText()}`)).version).toBe(1);
  });
});

describe('a manifest that is', () => {
  test.each(unreadable)('%s is refused by its name', (name, content, sizeBytes, message) => {
    const path = file(join(name, 'manifest.yaml'), content, sizeBytes);
    const read = () => readWorkloads(join(folder, name));
    expect(read).toThrow(InputError);
    expect(read).toThrow(message);
    expect(read).toThrow(path);
  });
});
