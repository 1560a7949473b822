import { writeFileSync } from 'node:fs';

/** Loaded before a measured process: leaves the largest resident set (MiB; maxRSS is in KiB) in a file when it ends. */
const file = process.env.LIFEBOAT_PEAK_FILE;
if (file !== undefined) {
  process.on('exit', () => writeFileSync(file, String(Math.round(process.resourceUsage().maxRSS / 1024))));
}
