import type { Weather } from '../aws/service.ts';

/** What is broken now: regions, single services, paths between regions. */
export class RegionWeather implements Weather {
  readonly #dark = new Set<string>();
  readonly #servicesDown = new Set<string>();
  readonly #cut = new Set<string>();
  readonly #onDark: ((region: string) => void)[] = [];
  readonly #onLight: ((region: string) => void)[] = [];

  regionUp(region: string): boolean {
    return !this.#dark.has(region);
  }

  serviceUp(region: string, service: string): boolean {
    return this.regionUp(region) && !this.#servicesDown.has(`${region}/${service}`);
  }

  /** Inside a region there is always a path while it is up. */
  reachable(fromRegion: string, toRegion: string): boolean {
    return this.regionUp(fromRegion) && this.regionUp(toRegion) && !this.#cut.has(`${fromRegion}→${toRegion}`);
  }

  /** Power and network of the region are gone: every process in it stops where it is, nothing in it answers. */
  setRegionDown(region: string): void {
    if (this.#dark.has(region)) return;
    this.#dark.add(region);
    for (const listener of this.#onDark) listener(region);
  }

  setRegionUp(region: string): void {
    if (!this.#dark.delete(region)) return;
    for (const listener of this.#onLight) listener(region);
  }

  /** The service's endpoint answers 503 to everything. */
  setServiceDown(region: string, service: string): void {
    this.#servicesDown.add(`${region}/${service}`);
  }

  setServiceUp(region: string, service: string): void {
    this.#servicesDown.delete(`${region}/${service}`);
  }

  /** Packets in this direction are lost; a request needs both directions. */
  setUnreachable(fromRegion: string, toRegion: string): void {
    this.#cut.add(`${fromRegion}→${toRegion}`);
  }

  setReachable(fromRegion: string, toRegion: string): void {
    this.#cut.delete(`${fromRegion}→${toRegion}`);
  }

  /** Called in the instant in which a region goes dark: whoever runs processes there stops them. */
  onRegionDown(listener: (region: string) => void): void {
    this.#onDark.push(listener);
  }

  onRegionUp(listener: (region: string) => void): void {
    this.#onLight.push(listener);
  }
}
