import type { Namespace } from '../../model/advisory.ts';
import { ubuntuReleases } from './releases.ts';

/** Releases of before the table: Ubuntu's tracker still speaks of them, though no image of them is supported. */
const older = [
  ['warty', '4.10'],
  ['hoary', '5.04'],
  ['breezy', '5.10'],
  ['dapper', '6.06'],
  ['edgy', '6.10'],
  ['feisty', '7.04'],
  ['gutsy', '7.10'],
  ['hardy', '8.04'],
  ['intrepid', '8.10'],
  ['jaunty', '9.04'],
  ['karmic', '9.10'],
  ['lucid', '10.04'],
  ['maverick', '10.10'],
  ['natty', '11.04'],
  ['oneiric', '11.10'],
] as const;

/** Versions by codename. */
export const ubuntuVersions: ReadonlyMap<string, string> = new Map([
  ...older,
  ...ubuntuReleases.map(({ codename = '', version }) => [codename, version] as const),
]);

/** Where the tracker's and the archives' names of a pocket stand. */
export interface Pocket {
  readonly namespace: Namespace;
  /** As the tracker names it: `esm-infra`; absent for what everybody gets. */
  readonly pocket?: string;
}

/** Pockets of Ubuntu Pro in which a package of the standard pockets is maintained on: the same code, longer. */
const maintained: ReadonlySet<string> = new Set([
  'esm',
  'esm-infra',
  'esm-apps',
  'esm-infra-legacy',
  'esm-apps-legacy',
]);

/** Pockets with builds of their own: nothing they say holds for others, nor the other way round. */
const apart: ReadonlyMap<string, string> = new Map([
  ['fips', 'ubuntu-pro:fips'],
  ['fips-updates', 'ubuntu-pro:fips-updates'],
  ['fips-preview', 'ubuntu-pro:fips-preview'],
  ['ros-esm', 'ubuntu-pro:ros-esm'],
  ['realtime', 'ubuntu-pro:realtime'],
  ['bluefield', 'ubuntu:nvidia-bluefield'],
]);

/** What the tracker calls releases and is none: upstream, the coming release, snaps, and products that are gone. */
const passedOver = /^(?:upstream|devel|snap|product|sid)$|\/(?:stable-phone-overlay|ubuntu-core)$/;

/**
 * The pocket of `jammy`, `esm-infra/xenial`, `trusty/esm`, `fips-updates/focal`. `none` is what says nothing of any
 * image; undefined is unknown.
 */
export function pocketOf(release: string): Pocket | 'none' | undefined {
  if (passedOver.test(release)) return 'none';
  const version = ubuntuVersions.get(release);
  if (version !== undefined) return { namespace: `ubuntu:${version}` };
  const slash = release.indexOf('/');
  if (slash < 0) return undefined;
  const [first, second] = [release.slice(0, slash), release.slice(slash + 1)];
  const [pocket, codename] = second === 'esm' ? [second, first] : [first, second];
  const of = ubuntuVersions.get(codename);
  if (of === undefined) return undefined;
  // Before there were two of them, `esm` was what is called `esm-infra` since.
  if (maintained.has(pocket)) return { namespace: `ubuntu-pro:${of}`, pocket: pocket === 'esm' ? 'esm-infra' : pocket };
  const name = apart.get(pocket);
  return name === undefined ? undefined : { namespace: `${name}:${of}`, pocket };
}
