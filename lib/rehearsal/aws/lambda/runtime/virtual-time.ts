import { types } from 'node:util';
import type { ProcessLoop } from './process-loop.ts';
import { define, type Realm } from './realm.ts';

/** The largest delay of a timer; beyond it Node fires after 1 ms (https://nodejs.org/api/timers.html). */
const maxDelayMs = 2 ** 31 - 1;

/** Date of the realm on the virtual clock. */
export function virtualDate(realm: Realm, nowMs: () => number): DateConstructor {
  const RealDate = realm.Date;
  const now = (): number => Math.floor(nowMs());
  const VirtualDate = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(
        target,
        args.length === 0 ? [now()] : args.length === 1 ? args : [utc(args)],
        newTarget,
      ) as Date,
    apply: () => new RealDate(now()).toString(),
    get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
  });
  define(RealDate.prototype, 'constructor', VirtualDate);
  localIsUtc(RealDate.prototype);
  return VirtualDate;
}

function utc(args: readonly unknown[]): number {
  const [year = 0, month = 0, ...rest] = args.map(Number);
  return Date.UTC(year, month, ...rest);
}

/** Functions run in UTC (variable TZ `:UTC`), whatever the machine's zone is. */
function localIsUtc(prototype: Date): void {
  define(prototype, 'getTimezoneOffset', () => 0);
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const utcMethod: unknown = Reflect.get(prototype, name.replace(/^([gs]et)/, '$1UTC'));
    if (/^[gs]et(?!UTC|Time)/.test(name) && typeof utcMethod === 'function') define(prototype, name, utcMethod);
  }
}

/** Date formats without an argument mean now, which must not be the machine's. */
export function virtualFormats(realm: Realm, nowMs: () => number): void {
  const { prototype } = realm.Intl.DateTimeFormat;
  const format = Object.getOwnPropertyDescriptor(prototype, 'format')?.get;
  const { formatToParts } = prototype;
  Object.defineProperty(prototype, 'format', {
    configurable: true,
    get(this: Intl.DateTimeFormat) {
      const own: unknown = format?.call(this);
      return (date?: Date | number): unknown => typeof own === 'function' && own(date ?? nowMs());
    },
  });
  define(prototype, 'formatToParts', function (this: Intl.DateTimeFormat, date?: Date | number) {
    return formatToParts.call(this, date ?? nowMs());
  });
}

type Callback = (...args: unknown[]) => void;

/** What setTimeout and setInterval return in Node. */
export class VirtualTimeout {
  readonly #loop: ProcessLoop;
  readonly #numbered: () => number;
  readonly #delayMs: number;
  readonly #repeat: boolean;
  readonly #callback: () => void;
  #timer: { cancel(): void } | undefined;

  /** `numbered` gives the number by which code that keeps numbers may clear it. */
  constructor(
    loop: ProcessLoop,
    delayMs: number,
    repeat: boolean,
    callback: () => void,
    numbered: (timeout: VirtualTimeout) => number,
  ) {
    this.#loop = loop;
    this.#numbered = () => numbered(this);
    this.#delayMs = delayMs >= 1 && delayMs <= maxDelayMs ? Math.trunc(delayMs) : 1;
    this.#repeat = repeat;
    this.#callback = callback;
    this.refresh();
  }

  refresh(): this {
    this.close();
    this.#timer = this.#loop.after(this.#delayMs, () => {
      this.#timer = undefined;
      if (this.#repeat) this.refresh();
      this.#callback();
    });
    return this;
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  hasRef(): boolean {
    return true;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  [Symbol.toPrimitive](): number {
    return this.#numbered();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

export interface VirtualTimers {
  setTimeout(callback: Callback, delayMs?: number, ...args: unknown[]): VirtualTimeout;
  setInterval(callback: Callback, delayMs?: number, ...args: unknown[]): VirtualTimeout;
  setImmediate(callback: Callback, ...args: unknown[]): object;
  clearTimeout(timeout: unknown): void;
  clearInterval(timeout: unknown): void;
  clearImmediate(immediate: unknown): void;
}

/** Node's timers on the virtual clock. */
export function virtualTimers(loop: ProcessLoop): VirtualTimers {
  const byNumber = new Map<number, VirtualTimeout>();
  const numbered = (timeout: VirtualTimeout): number => {
    const number = byNumber.size + 1;
    byNumber.set(number, timeout);
    return number;
  };
  const start = (callback: Callback, delayMs: unknown, repeat: boolean, args: unknown[]): VirtualTimeout => {
    if (typeof callback !== 'function') throw new TypeError('The "callback" argument must be of type function');
    return new VirtualTimeout(loop, Number(delayMs ?? 1), repeat, () => callback(...args), numbered);
  };
  const clear = (timeout: unknown): void => {
    if (timeout instanceof VirtualTimeout) timeout.close();
    else if (typeof timeout === 'number' || typeof timeout === 'string') byNumber.get(Number(timeout))?.close();
  };
  return {
    setTimeout: (callback, delayMs, ...args) => start(callback, delayMs, false, args),
    setInterval: (callback, delayMs, ...args) => start(callback, delayMs, true, args),
    setImmediate: (callback, ...args) => loop.after(0, () => callback(...args)),
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: (immediate) => {
      if (types.isProxy(immediate) || typeof immediate !== 'object' || immediate === null) return;
      if ('cancel' in immediate && typeof immediate.cancel === 'function') immediate.cancel();
    },
  };
}
