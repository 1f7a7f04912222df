import { describe, expect, it } from 'vitest';
import { fixtureCases, fixtureFiles, named } from '../../test/support/language-fixtures.ts';
import { readLayerWith } from '../../test/support/layers.ts';
import { hasShared } from '../../test/support/shared.ts';
import type { Analyzer } from '../model/analyzer.ts';
import { apkInstalled } from './apk/installed.ts';
import { chiselManifest } from './chisel/manifest.ts';
import { dpkgStatus } from './dpkg/status.ts';
import { opkgStatus } from './opkg/status.ts';
import { pacmanLocal } from './pacman/local.ts';
import { portageDatabase } from './portage/database.ts';

/** Lister, analyzer, and the path under which the file of a case is shown. */
const listers: readonly (readonly [string, Analyzer, (path: string) => string])[] = [
  ['os/apk', apkInstalled, () => 'lib/apk/db/installed'],
  ['os/chisel', chiselManifest, () => 'var/lib/chisel/manifest.wall'],
  [
    'os/dpkg',
    dpkgStatus,
    (path) => (path.includes('/status.d/') ? `var/lib/dpkg/status.d/${path.split('/').at(-1)}` : 'var/lib/dpkg/status'),
  ],
  ['os/dpkg', opkgStatus, () => 'usr/lib/opkg/status'],
  ['os/pacman', pacmanLocal, () => 'var/lib/pacman/local/a-1-1/desc'],
  ['os/portage', portageDatabase, () => 'var/db/pkg/dev-perl/x/PF'],
];

/** States of dpkg that osv-scalibr counts by a setting of its own: its cases have one file and two answers. */
const settings = /^statusfield/;
/** Packages whose files are there, as dpkg and opkg count them. */
const present = ['halfinstalled', 'installed', 'nostatus', 'unpacked'];

describe.skipIf(!hasShared).each(listers.map(([lister, analyzer, place]) => ({ lister, analyzer, place })))(
  '$lister, by $analyzer.name',
  ({ lister, analyzer, place }) => {
    const isOpkg = analyzer === opkgStatus;
    const cases = fixtureCases('osv-scalibr-os-sbom', lister).filter(
      (one) => lister !== 'os/dpkg' || (one.options?.['isOPKG'] === true) === isOpkg,
    );

    it.each(cases.map((one) => [one.title, one] as const))('%s', async (_, one) => {
      const content = fixtureFiles('osv-scalibr-os-sbom', one.path).get('');

      const { facts, problems } = await readLayerWith(analyzer, [{ path: place(one.path), content: content! }]);

      const packages = facts.flatMap((fact) =>
        fact.kind === 'package' ? [fact.package] : fact.kind === 'package-database' ? fact.packages : [],
      );
      // Names of Portage have their category here.
      const ours = named(packages.map((found) => ({ ...found, name: found.name.replace(/^.*\//, '') })));
      if (settings.test(one.title)) {
        expect(
          ours
            .map((name) => name.replace(/^want[a-z]*?_|^want(?=nostatus)|@1\.0$/g, ''))
            .every((state) => present.includes(state)),
        ).toBe(true);
        return;
      }
      expect(ours).toEqual(named(one.packages));
      if (one.expectError === true) expect(problems.map(({ code }) => code)).toContain('file.format');
      for (const { name, architecture } of one.packages as readonly { name: string; architecture?: string }[]) {
        const found = packages.find((pkg) => pkg.name.replace(/^.*\//, '') === name);
        if (architecture !== undefined) expect(found?.arch ?? 'all').toBe(architecture);
      }
    });
  },
);
