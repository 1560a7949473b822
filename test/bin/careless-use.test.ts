import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { resultSchema } from './result-schema.ts';

jest.setTimeout(180_000);

const flags = ['--experimental-vm-modules', '--no-warnings', 'bin/lifeboat.ts'];
const bank = ['-f', 'examples/bank/lifeboat.yaml'];
const folder = mkdtempSync(join(tmpdir(), 'lifeboat-careless-'));
const program = [process.execPath, ...flags].map((word) => `'${word}'`).join(' ');

function lifeboat(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  return { status, stdout, stderr };
}

function shell(command: string) {
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('the JSON of a rehearsal', () => {
  test.each(['region-loss', 'one-signal', 'no-capacity'])(
    'of %s has the promised members and no others',
    (scenario) => {
      const { status, stdout, stderr } = lifeboat('rehearse', scenario, ...bank, '--json');
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      const result = resultSchema.parse(JSON.parse(stdout));
      expect(result).toMatchObject({ scenario, ok: true, outcome: result.expected });
      const sum = Object.values(result.calls.byService).reduce((total, count) => total + count, 0);
      expect(sum).toBe(result.calls.total);
      for (const one of result.applications)
        expect([one.name, one.met || one.reason !== null]).toEqual([one.name, true]);
    },
  );

  test('of an estate of which a part can not recover has them too, and names reason and remedy', () => {
    const plan = join(folder, 'in-cluster.yaml');
    const workloads = join(folder, 'k8s');
    const manifest = `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop, labels: {app.kubernetes.io/part-of: shop}}
spec:
  replicas: 1
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "postgres:17", ports: [{containerPort: 5432}]}]}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [{port: 5432}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1.29", ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;
    spawnSync('mkdir', [workloads]);
    writeFileSync(join(workloads, 'db.yaml'), manifest);
    expect(lifeboat('init', '--workloads', workloads, '-f', plan)).toMatchObject({ status: 0, stderr: '' });
    const { status, stdout } = lifeboat('rehearse', '-f', plan, '--workloads', workloads, '--json');
    expect(status).toBe(1);
    const result = resultSchema.parse(JSON.parse(stdout));
    expect(result).toMatchObject({ outcome: 'failed', ok: false });
    expect(result.applications.find(({ name }) => name === 'shop')).toMatchObject({
      met: false,
      reason: expect.any(String),
      remedy: expect.any(String),
    });
  });
});

describe('output that goes somewhere special', () => {
  test('a reader that has enough ends nothing with an error', () => {
    const { stderr, stdout } = shell(
      `set -o pipefail; ${program} rehearse --list | true; echo "\${PIPESTATUS[0]}" >&3; ${program} validate ${bank.join(' ')} | head -1 3>&1`.replace(
        ' >&3',
        '',
      ),
    );
    expect(stderr).toBe('');
    expect(stdout.split('\n')[0]).toBe('0');
    expect(stdout).toContain('valid, 17 applications');
  });

  test('a full disk is said and is not success', () => {
    const { status, stderr } = shell(`${program} rehearse --list >/dev/full`);
    expect(status).toBe(2);
    expect(stderr).toContain("lifeboat: the standard output can't be written");
  });

  test('a report on the standard output has it for itself', () => {
    const { status, stdout, stderr } = lifeboat('rehearse', 'one-signal', ...bank, '--report', '/dev/stdout');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
    expect(stderr).toContain('OK  one-signal');
  });

  test.each<[string, string[], string]>([
    ['JSON and trace in one stream', ['--json', '--trace', '/dev/stdout'], 'the standard output for itself'],
    ['two outputs in one file', ['--trace', join(folder, 'x'), '--report', `${folder}/./x`], "can't be the same file"],
    ['an output in the place of the plan', ['--trace', 'examples/bank/../bank/lifeboat.yaml'], 'is the plan'],
  ])('%s is refused', (_what, args, message) => {
    const before = readFileSync('examples/bank/lifeboat.yaml', 'utf8');
    const { status, stdout, stderr } = lifeboat('rehearse', ...bank, ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(existsSync(join(folder, 'x'))).toBe(false);
    expect(readdirSync('examples/bank').filter((name) => name.includes('.part-'))).toEqual([]);
    expect(readFileSync('examples/bank/lifeboat.yaml', 'utf8')).toBe(before);
  });
});

describe('usage', () => {
  test.each(['', '-1', '1.5', '1e3', '0x10', 'abc', '99999999999999999999'])('--seed %j is refused', (seed) => {
    for (const verb of [
      ['rehearse', ...bank],
      ['asl', 'run', 'package.json'],
    ]) {
      const { status, stderr } = lifeboat(...verb, `--seed=${seed}`);
      expect({ verb, status }).toEqual({ verb, status: 2 });
      expect(stderr).toContain('must be a whole number');
    }
  });

  test('errors all begin with the program, and --version tells it', () => {
    expect(lifeboat('rehearse', '--bogus').stderr).toMatch(/^lifeboat: unknown option '--bogus'/);
    expect(lifeboat('bogus').stderr).toMatch(/^lifeboat: unknown command 'bogus'/);
    expect(lifeboat('--version')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

/** script(1) of util-linux gives the program a terminal of its own; its ^C goes where a person's goes. */
const onTerminal = spawnSync('script', ['-V'], { encoding: 'utf8' }).stdout?.includes('util-linux') ? test : test.skip;

describe('interruption', () => {
  test.each<['SIGTERM' | 'SIGHUP', number]>([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('by %s ends as shells expect and leaves nothing', async (signal, code) => {
    const trace = join(folder, `${signal}.jsonl`);
    const child = spawn(process.execPath, [...flags, 'rehearse', ...bank, '--trace', trace]);
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    while (!existsSync(`${trace}.part-${child.pid}`)) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill(signal);
    expect(await ended).toBe(code);
    expect(readdirSync(folder).filter((name) => name.startsWith(signal))).toEqual([]);
  });

  onTerminal('on a terminal shows the cursor again', async () => {
    const trace = join(folder, 'terminal.jsonl');
    const command = `stty cols 100; exec ${program} rehearse ${bank.join(' ')} --trace '${trace}'`;
    const child = spawn('script', ['-qefc', command, '/dev/null']);
    let screen = '';
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    child.stdout.on('data', (chunk) => {
      screen += chunk;
    });
    const started = () => readdirSync(folder).some((name) => name.startsWith('terminal.jsonl.part-'));
    while (!started()) await new Promise((resolve) => setTimeout(resolve, 20));
    child.stdin.write('\x03');
    expect(await ended).toBe(130);
    expect(screen).toContain('interrupted, nothing was written');
    expect(screen).not.toContain('    at ');
    expect(screen.lastIndexOf('\x1b[?25h')).toBeGreaterThanOrEqual(screen.lastIndexOf('\x1b[?25l'));
  });
});
