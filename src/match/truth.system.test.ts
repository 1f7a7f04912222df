import { describe, expect, it } from 'vitest';
import { hasShared, readShared, sharedAbsent } from '../../test/support/shared.ts';
import { advisoriesOf, makeAdvisory, makePackage, makeView } from '../../test/support/view.ts';
import { apkVersions } from '../formats/versions/apk.ts';
import type { Ecosystem } from '../model/ecosystem.ts';
import { matchPackages } from './match.ts';

interface Root {
  readonly file: string;
  readonly packages: readonly { readonly name: string; readonly version: string; readonly origin: string }[];
}

interface Truth {
  readonly file: string;
  readonly secdb: string;
  readonly findings: readonly { package: string; origin: string; installed: string; fixed: string; id: string }[];
}

interface Secdb {
  readonly packages: readonly { pkg: { name: string; secfixes: Readonly<Record<string, readonly string[]>> } }[];
}

const alpine: Ecosystem = {
  id: 'alpine',
  displayName: 'Alpine',
  types: ['apk'],
  analyzers: [],
  feeds: [],
  namespaces: (_, distribution) => (distribution === undefined ? [] : [`alpine:${distribution.version}`]),
  versions: () => apkVersions,
};

/** A member of a tar archive with plain names, which is all that the reference data has. */
function memberOf(tar: Buffer, path: string): Buffer {
  for (let at = 0; at + 512 <= tar.length; ) {
    const name = tar.toString('latin1', at, at + 100).replace(/\0.*$/s, '');
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 136), 8) || 0;
    if (name === path) return tar.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`no member ${path}`);
}

/** Records of one branch: an id under version `0` is not affected, any other is fixed in its version. */
function recordsOf(branch: string) {
  const archive = readShared('feeds/alpine-secdb/alpine-secdb.tar.zst');
  return ['main', 'community'].flatMap((part) => {
    const { packages } = JSON.parse(memberOf(archive, `${branch}/${part}.json`).toString()) as Secdb;
    return packages.flatMap(({ pkg }) =>
      Object.entries(pkg.secfixes).flatMap(([version, ids]) =>
        ids
          .flatMap((text) => text.split(' '))
          // The truth was made for CVEs; the database has a few other ids.
          .filter((id) => id.startsWith('CVE-'))
          .map((id) =>
            makeAdvisory(
              id,
              [
                version === '0'
                  ? { namespace: `alpine:${branch}`, package: pkg.name, state: 'not-affected' }
                  : { namespace: `alpine:${branch}`, package: pkg.name, ranges: [{ fixed: version }] },
              ],
              { key: `${part}/${pkg.name}/${version}/${id}` },
            ),
          ),
      ),
    );
  });
}

describe.skipIf(!hasShared)(`real images against real advisories${hasShared ? '' : `: ${sharedAbsent}`}`, () => {
  it.each([
    ['alpine-minirootfs-20210212-x86_64-vs-alpine-secdb-edge.json', 220],
    ['alpine-minirootfs-3.7.3-x86_64-vs-alpine-secdb-v3.7.json', 2],
  ])('%s: %i findings, and no other', (name, count) => {
    const truth = JSON.parse(readShared(`fixtures/findings-truth/${name}`).toString()) as Truth;
    const roots = JSON.parse(readShared('fixtures/rootfs/expected-packages.json').toString()) as Root[];
    const root = roots.find(({ file }) => file === truth.file)!;
    const distribution = { id: 'alpine', version: truth.secdb, name: 'Alpine' };
    const packages = root.packages.map((pkg) =>
      makePackage(pkg.name, pkg.version, {
        type: 'apk',
        distribution: `alpine:${truth.secdb}`,
        source: { name: pkg.origin, version: pkg.version },
      }),
    );

    const { findings, problems } = matchPackages(
      makeView({ distribution, packages }),
      [alpine],
      advisoriesOf({ secdb: recordsOf(truth.secdb) }),
    );

    const row = (pkg?: string, installed?: string, fixed?: string, id?: string) => `${pkg} ${installed} ${fixed} ${id}`;
    expect(problems).toEqual([]);
    expect(findings.map((f) => row(f.package?.name, f.package?.version, f.fixedVersion, f.id)).sort()).toEqual(
      truth.findings.map((f) => row(f.package, f.installed, f.fixed, f.id)).sort(),
    );
    expect(findings).toHaveLength(count);
  });
});
