import type { Command } from 'commander';

export function registerRehearse(_program: Command): void {}
