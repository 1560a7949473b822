import * as nodeDiagnosticsChannel from 'node:diagnostics_channel';
import { completed } from './refusing.ts';

type Listener = (message: unknown, name: string | symbol) => void;

class Channel {
  readonly name: string | symbol;
  readonly #listeners = new Set<Listener>();

  constructor(name: string | symbol) {
    this.name = name;
  }

  get hasSubscribers(): boolean {
    return this.#listeners.size > 0;
  }

  subscribe(listener: Listener): void {
    this.#listeners.add(listener);
  }

  unsubscribe(listener: Listener): boolean {
    return this.#listeners.delete(listener);
  }

  publish(message: unknown): void {
    for (const listener of this.#listeners) listener(message, this.name);
  }
}

/** node:diagnostics_channel with channels of this environment's own: Node's are shared by the whole host process. */
export function diagnosticsChannelModule(): {
  readonly module: Record<string, unknown>;
  channel(name: string | symbol): Channel;
} {
  const channels = new Map<string | symbol, Channel>();
  const channel = (name: string | symbol): Channel => {
    let found = channels.get(name);
    if (found === undefined) {
      found = new Channel(name);
      channels.set(name, found);
    }
    return found;
  };
  const provided = {
    channel,
    Channel,
    hasSubscribers: (name: string | symbol) => channel(name).hasSubscribers,
    subscribe: (name: string | symbol, listener: Listener) => channel(name).subscribe(listener),
    unsubscribe: (name: string | symbol, listener: Listener) => channel(name).unsubscribe(listener),
  };
  return { channel, module: completed('diagnostics_channel', { ...nodeDiagnosticsChannel }, provided) };
}
