import type { Service } from './services.ts';

/** A piece of configuration: the name it goes by (of a variable, a key, a file) and what it says. */
export interface Setting {
  readonly name: string;
  readonly value: string;
}

const addressWord =
  '(?:host|addr|address|addresses|endpoint|endpoints|url|urls|uri|server|servers|service|svc|broker|brokers|bootstrap|upstream|backend|target|dsn|nodes|peers|proxy_pass|connect)';
const namedLikeAddress = new RegExp(addressWord, 'i');
/** `host: x`, `--db-host=x`, `server x`: the word before says that a host follows. */
const saysHostFollows = new RegExp(`${addressWord}["']?(?:\\s*[:=]\\s*|\\s+)["']?$`, 'i');
const commandTakesHost = /(?:^|\s)(?:-h|nslookup|ping|getent hosts|nc(?: -\w+)*)\s+$/;
const hostToken = /[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*/g;

/**
 * Services of the folder that a setting names: `svc`, `svc.ns`, `svc.ns.svc.cluster.local` and a pod of a headless
 * Service before any of them. A bare `svc` is believed only where something says that it is a host (a scheme, a port,
 * the setting's name), because topics, databases and roles are often called like the Service that uses them.
 */
export function servicesNamedIn(
  setting: Setting,
  namespace: string,
  services: ReadonlyMap<string, Service>,
): Service[] {
  const found = new Set<Service>();
  for (const match of setting.value.matchAll(hostToken)) {
    const before = setting.value.slice(Math.max(0, match.index - 80), match.index);
    const after = setting.value.slice(match.index + match[0].length, match.index + match[0].length + 12);
    if (/[A-Za-z0-9_.$-]$/.test(before) || /^[A-Za-z0-9_]/.test(after)) continue;
    const isHost = saysHost(setting, match[0], before, after);
    const service = resolve(match[0].split('.'), namespace, services, isHost);
    if (service) found.add(service);
  }
  return [...found];
}

function saysHost(setting: Setting, token: string, before: string, after: string): boolean {
  if (/:\/\/(?:[^\s/@]*@)?$/.test(before)) return true;
  const inPath = before.endsWith('/');
  if (!inPath && /^:(?:\d{2,5}(?!\d)|\$)/.test(after)) return true;
  if (/^\s+\d{2,5}(?:\s|;|$)/.test(after) || commandTakesHost.test(before) || saysHostFollows.test(before)) return true;
  const parts = setting.value.split(/[\s,;]+/).filter((part) => part !== '');
  return (
    namedLikeAddress.test(setting.name) && parts.every((part) => /^[a-z0-9.:-]+$/.test(part)) && parts.includes(token)
  );
}

function resolve(
  labels: readonly string[],
  namespace: string,
  services: ReadonlyMap<string, Service>,
  isHost: boolean,
): Service | undefined {
  const at = (name: string | undefined, space: string | undefined) => services.get(`${space}/${name}`);
  const marker = labels.indexOf('svc', 1);
  if (marker >= 2) return at(labels[marker - 2], labels[marker - 1]);
  const [first, second, third] = labels;
  if (labels.length === 3) return at(second, third);
  if (labels.length === 2) return at(first, second) ?? (isHost ? at(second, namespace) : undefined);
  return labels.length === 1 && isHost ? at(first, namespace) : undefined;
}
