#!/usr/bin/env -S node --no-warnings --min-semi-space-size=16 --initial-old-space-size=400
// A rehearsal fills half a gigabyte within seconds. A heap that may (MB) doesn't collect its way there: 3 % less time.
import { enableCompileCache } from 'node:module';
import { resolve } from 'node:path';

// Half a second of every start is stripping types and compiling; what comes after this line is taken from the cache.
enableCompileCache(resolve(import.meta.dirname, '../.lifeboat/cache/node'));
await import('./command-line.ts');
