import { type OsvFeedOptions, osvFeed } from '../../feeds/osv.ts';
import { rpmVersions } from '../../formats/versions/rpm.ts';
import type { Namespace } from '../../model/advisory.ts';
import type { Feed } from '../../model/feed.ts';

const shared = {
  version: 1,
  licence: 'CC-BY 4.0, SUSE LLC',
  nameKind: 'source',
  compare: rpmVersions.compare,
  rangesOnly: true,
  cvesAreRelated: true,
  namespaceOf: suseOsvNamespace,
  // Some ids are what a server answered when it was asked for one: `SUSE-SU-403 Forbidden-1`.
  accepts: (id) => /^(?:open)?SUSE-[A-Z]{2}-\d{4}:\d{1,8}-\d{1,3}$/.test(id),
} as const satisfies Partial<OsvFeedOptions>;

/** SUSE's notices by OSV: fixes only, by source packages. For where the OVAL documents cannot be had. */
export const suseOsv: Feed = {
  ...osvFeed({ ...shared, name: 'suse-osv', ecosystem: 'SUSE', title: 'SUSE security notices (OSV)' }),
  insteadOf: 'suse-oval',
};

/** The same of openSUSE. */
export const openSuseOsv: Feed = {
  ...osvFeed({ ...shared, name: 'opensuse-osv', ecosystem: 'openSUSE', title: 'openSUSE security notices (OSV)' }),
  insteadOf: 'suse-oval',
};

const lines: ReadonlyMap<string, string> = new Map([
  ['SUSE:Linux Enterprise Micro', 'sle-micro'],
  ['SUSE:Linux Micro', 'sl-micro'],
  ['openSUSE:Leap', 'opensuse-leap'],
  ['openSUSE:Leap Micro', 'opensuse-leap-micro'],
]);

/** `15 SP6-LTSS` or `16.0` of the server, its modules and its development kit. */
const server =
  /^SUSE:Linux Enterprise (?:Server|Software Development Kit|Live Patching|Module for [^:]{1,80}) (\d{2})(?:\.(\d))?(?: SP(\d))?(?:-[A-Z]{3,20})?$/;

/**
 * Namespace of a product as OSV names it: `SUSE:Linux Enterprise Module for Basesystem 15 SP6`, `openSUSE:Leap 15.6`.
 * Undefined for products beside the server.
 */
export function suseOsvNamespace(ecosystem: string): Namespace | undefined {
  const enterprise = server.exec(ecosystem);
  if (enterprise !== null) {
    const [, major, minor, pack] = enterprise;
    return `suse:${[major, minor ?? pack].filter((part) => part !== undefined).join('.')}`;
  }
  if (ecosystem === 'openSUSE:Tumbleweed') return 'opensuse-tumbleweed';
  const [, line = '', version] =
    /^(SUSE:Linux Enterprise Micro|SUSE:Linux Micro|openSUSE:Leap Micro|openSUSE:Leap) (\d{1,2}\.\d)$/.exec(
      ecosystem,
    ) ?? [];
  const id = lines.get(line);
  return id === undefined ? undefined : `${id}:${version}`;
}
