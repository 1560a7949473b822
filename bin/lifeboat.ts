#!/usr/bin/env -S node --no-warnings
import { enableCompileCache } from 'node:module';
import { resolve } from 'node:path';

// Half a second of every start is stripping types and compiling; what comes after this line is taken from the cache.
enableCompileCache(resolve(import.meta.dirname, '../.lifeboat/cache/node'));
await import('./command-line.ts');
