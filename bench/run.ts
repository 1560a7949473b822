import { parseArgs } from 'node:util';
import { benchRehearse } from './rehearse.ts';
import type { Benchmark } from './result.ts';
import { benchRto } from './rto.ts';

const benchmarks: Readonly<Record<string, (runs: number) => Promise<Benchmark>>> = {
  rehearse: benchRehearse,
  rto: benchRto,
};

const usage = `npm run bench -- NAME [--json] [--runs N]; names: ${Object.keys(benchmarks).join(', ')}`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, runs: { type: 'string', default: '5' } },
});
const benchmark = benchmarks[positionals[0] ?? ''];
const runs = Number(values.runs);
if (benchmark === undefined || !Number.isSafeInteger(runs) || runs < 1) {
  process.stderr.write(`${usage}\n`);
  process.exitCode = 2;
} else {
  const result = await benchmark(runs);
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else console.table(result.rows.map(({ runs: _runs, ...row }) => row));
}
