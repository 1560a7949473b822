import { bundleFixtures } from './bundled-fixtures.ts';
import { smallWorld } from './small-world.ts';

const world = smallWorld();
const { 'runtime-calls': folder } = bundleFixtures('runtime-calls');
const arn = world.addFunction({ folder, Timeout: 30 });
const payload = await world.run(arn, { do: 'rejectUnhandled' });
process.stdout.write(JSON.stringify({ payload, next: await world.run(arn, { do: 'count' }) }));
