import type { Feed } from '../../src/model/feed.ts';
import type { Report } from '../../src/model/report.ts';
import { apkInstalled, type DatabasePackage } from './databases.ts';
import { readFiles } from './feed-events.ts';
import { dockerArchive, layer } from './image.ts';
import { ndbDatabase, rpmHeader, type TestRpm } from './rpm.ts';
import { scanOne } from './scan.ts';
import type { TarEntry } from './tar.ts';
import { writeTemporary } from './temporary.ts';
import { advisoriesOf } from './view.ts';

/** An image of one layer, and what its packages are judged by. */
export interface JudgedImage {
  /** Text of `etc/os-release`. */
  readonly release: string;
  /** Packages of its rpm database; absent: it has none. */
  readonly rpms?: readonly TestRpm[];
  /** Packages of its apk database; absent: it has none. */
  readonly apks?: readonly DatabasePackage[];
  readonly files?: readonly TarEntry[];
  readonly feed: Feed;
  /** Documents of the feed, as in its folder of the offline layout. */
  readonly documents: Readonly<Record<string, string | Uint8Array>>;
}

/** Scans an image with the records that a feed makes of documents. */
export async function scanJudged({ release, rpms, apks, files = [], feed, documents }: JudgedImage): Promise<Report> {
  const entries: TarEntry[] = [{ path: 'etc/os-release', content: release }, ...files];
  if (rpms !== undefined) {
    entries.push({ path: 'var/lib/rpm/Packages.db', content: ndbDatabase(rpms.map(rpmHeader)) });
  }
  if (apks !== undefined) entries.push({ path: 'lib/apk/db/installed', content: apkInstalled(apks) });
  const image = writeTemporary('image.tar', dockerArchive({ layers: [layer(entries)] }));
  const { upserts } = await readFiles(feed, documents);
  const source = advisoriesOf({ [feed.name]: upserts });
  return await scanOne(image, { advisories: { supply: async () => ({ source, problems: [] }) } });
}

/** The findings of a report on packages, as `NAME VERSION ID FIX`, sorted. */
export function foundIn({ findings }: Report): readonly string[] {
  const vulnerabilities = findings.filter(({ kind }) => kind === 'vulnerability');
  return vulnerabilities
    .map(({ id, fixedVersion = '-', package: pkg }) => `${pkg?.name} ${pkg?.version} ${id} ${fixedVersion}`)
    .toSorted();
}
