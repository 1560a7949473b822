import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { InputError } from '../../../../lib/plan/input-error.ts';
import { OutputFile } from '../../../../lib/rehearsal/report/output-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'lifeboat-output-'));
const at = (name: string) => join(folder, name);
const leftovers = () => readdirSync(folder).filter((name) => name.includes('.part-'));

describe('an output file', () => {
  test('follows a link and leaves it in place', () => {
    writeFileSync(at('real.html'), 'before');
    symlinkSync(at('real.html'), at('link.html'));
    const file = new OutputFile(at('link.html'), '--report');
    file.write('after');
    file.commit();
    expect(readFileSync(at('real.html'), 'utf8')).toBe('after');
    expect(readFileSync(at('link.html'), 'utf8')).toBe('after');
    expect(leftovers()).toEqual([]);
  });

  test('goes into a pipe that somebody reads, in one piece at the end', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    const reader = spawn('cp', [at('pipe'), at('copy')]);
    // Whoever opens the other end first waits, which the file under test must not do.
    await new Promise((resolve) => setTimeout(resolve, 200));
    const file = new OutputFile(at('pipe'), '--trace');
    file.write('one\n');
    file.write('x'.repeat(300_000));
    file.commit();
    await new Promise((resolve) => reader.on('close', resolve));
    expect(readFileSync(at('copy'), 'utf8')).toBe(`one\n${'x'.repeat(300_000)}`);
    expect(statSync(at('pipe')).isFIFO()).toBe(true);
  });

  test('refuses a pipe that nobody reads instead of waiting for ever', () => {
    execFileSync('mkfifo', [at('lonely')]);
    expect(() => new OutputFile(at('lonely'), '--trace')).toThrow('nobody reads it');
  });

  test('writes to a device without replacing it, and says when it is full', () => {
    symlinkSync('/dev/full', at('full'));
    const file = new OutputFile(at('full'), '--report');
    file.write('text');
    expect(() => file.commit()).toThrow(/^--report .*full: .*no space/);
    file.discard();
    expect(statSync(at('full')).isCharacterDevice()).toBe(true);
    const nothing = new OutputFile('/dev/null', '--report');
    nothing.write('text');
    nothing.commit();
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test('that was given up or finished can be given up again', () => {
    const file = new OutputFile(at('twice'), '--trace');
    file.discard();
    file.discard();
    const done = new OutputFile(at('done'), '--trace');
    done.commit();
    done.discard();
    expect(readFileSync(at('done'), 'utf8')).toBe('');
    expect(leftovers()).toEqual([]);
  });

  test.each([
    ['an empty name', '', 'name a file'],
    ['a name that ends like a folder', `${at('new')}/`, 'name a file'],
    ['a folder that is a file', at('real.html/report.html'), 'is no folder'],
    ['a folder that does not exist', at('none/report.html'), 'there is no folder'],
    ['a folder', folder, 'is a folder'],
    ['a name that is too long', at('x'.repeat(300)), 'ENAMETOOLONG'],
  ])('refuses %s with the option and a remedy', (_what, path, message) => {
    const open = () => new OutputFile(path, '--report');
    expect(open).toThrow(InputError);
    expect(open).toThrow('--report');
    expect(open).toThrow(message);
    expect(leftovers()).toEqual([]);
  });
});
