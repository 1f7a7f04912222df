import { describe, expect, it } from 'vitest';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { fixtureCases, fixtureFiles, named } from '../../../test/support/language-fixtures.ts';
import { readLayerWith } from '../../../test/support/layers.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { hasShared } from '../../../test/support/shared.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { portageDatabase } from '../../packages/portage/database.ts';

const digest = '376c02bd3b22804df8fdfdc895e7dbfb';

it('lists packages with their files, and says that nobody watches them', async () => {
  const folder = 'var/db/pkg/app-arch/xz-utils-5.4.6-r1';
  const archive = writeTemporary(
    'gentoo.tar',
    dockerArchive({
      layers: [
        layer([
          { path: 'etc/os-release', content: 'ID=gentoo\nVERSION_ID="2.17"\n' },
          { path: `${folder}/PF`, content: 'xz-utils-5.4.6-r1\n' },
          { path: `${folder}/LICENSE`, content: '|| ( 0BSD LGPL-2.1+ ) GPL-2+\n' },
          { path: `${folder}/CONTENTS`, content: `obj /usr/bin/xz ${digest} 1\n` },
          { path: 'usr/bin/xz', content: 'x', mode: 0o755 },
        ]),
      ],
    }),
  );

  const {
    packages,
    image: { distribution },
    problems,
  } = await scanOne(archive);

  expect(distribution?.id).toBe('gentoo');
  expect(packages).toMatchObject([
    { name: 'app-arch/xz-utils', version: '5.4.6-r1', type: 'ebuild', licences: ['0BSD', 'LGPL-2.1+', 'GPL-2+'] },
  ]);
  expect(packages[0]?.purl).toBe('pkg:ebuild/gentoo/app-arch%2Fxz-utils@5.4.6-r1?distro=gentoo-rolling');
  expect(problems.map(({ code }) => code)).not.toContain('file.format');
});

it('leaves out what is none, and what an update did not finish', async () => {
  const { facts, problems } = await readLayerWith(portageDatabase, [
    { path: 'var/db/pkg/sys-libs/-MERGING-glibc-2.39/PF', content: 'glibc-2.39' },
    { path: 'var/db/pkg/sys-libs/glibc/CONTENTS', content: '\0\xff' },
    { path: 'var/db/pkg/PF', content: 'a-1' },
    { path: 'var/db/pkg/sys-libs/zlib-1.3.1/environment/PF', content: 'a-1' },
  ]);

  expect(facts).toEqual([]);
  expect(problems.map(({ code }) => code)).toEqual(['file.format', 'file.format']);
});

describe.skipIf(!hasShared)('syft gentoo', () => {
  it.each(fixtureCases('syft', 'gentoo').map((one) => [one.title, one] as const))('%s', async (_, one) => {
    const files = [...fixtureFiles('syft', one.path)].map(([path, content]) => ({ path, content }));

    const { facts } = await readLayerWith(portageDatabase, files);

    const packages = facts.flatMap((fact) => (fact.kind === 'package' ? [fact.package] : []));
    expect(named(packages)).toEqual(named(one.packages));
    expect(facts.filter(({ kind }) => kind === 'ownership')).toHaveLength(1);
  });
});
