import type { RuleDoc } from '../../model/check.ts';
import type { DatabaseSlot } from '../../model/fact.ts';
import type { Finding } from '../../model/finding.ts';
import type { ImageView } from '../../model/view.ts';
import { findingOf } from '../finding.ts';

/** Fewer packages are what somebody may have installed by hand, with another distribution's tools. */
const MANY = 20;

export const contradicted: RuleDoc = {
  id: 'release-contradicts-packages',
  kind: 'evasion',
  title: 'The release file names another distribution than the packages come from',
  severity: 'high',
  why:
    'Scanners choose the advisories by the release file. With that of another distribution they ask the wrong ones, ' +
    'and find nothing.',
  remediation:
    'Leave etc/os-release as the base image brought it; build from the image of the distribution that is meant.',
  caveats:
    'Only distributions are compared of which it is known that they have one package manager, and only where its database is nowhere in the image.',
};

/** The database that a distribution has. Those with several, or with none, are left out. */
const databaseOf: Readonly<Record<string, DatabaseSlot>> = {
  alpine: 'apk',
  chainguard: 'apk',
  wolfi: 'apk',
  debian: 'dpkg',
  ubuntu: 'dpkg',
  almalinux: 'rpm',
  amzn: 'rpm',
  centos: 'rpm',
  fedora: 'rpm',
  rhel: 'rpm',
  rocky: 'rpm',
};

const typeOf: Readonly<Record<string, string>> = { apk: 'apk', dpkg: 'deb', rpm: 'rpm' };

/** A release file that says one thing while the only package database says another. */
export function* contradictionFindings(view: ImageView): Iterable<Finding> {
  const { distribution } = view;
  const expected = distribution && Object.hasOwn(databaseOf, distribution.id) && databaseOf[distribution.id];
  // What is hidden was there: the distribution may be the right one, and its database gone.
  if (!expected || view.databases.some(({ slot }) => slot === expected)) return;
  const [release] = view.releaseFiles;
  const found = release && view.resolve(release.path);
  const writtenBy = found?.found === true ? found.file.layer : undefined;
  for (const { slot, path, layer } of view.databases) {
    const count = view.packages.filter(({ type }) => type === typeOf[slot]).length;
    if (count < MANY) continue;
    yield findingOf(contradicted, view.image.layers[writtenBy ?? layer], {
      location: { path: release?.path ?? path },
      evidence: `${release?.path ?? 'The release file'} says ${distribution.id} ${distribution.version}, whose packages are in a database of ${expected}; there is none, but ${path} of layer ${layer} lists ${count} packages of ${slot}.`,
    });
  }
}
