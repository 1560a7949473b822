import type { Command } from 'commander';

export function registerAsl(_program: Command): void {}
