import { expect, it } from 'vitest';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';

const pathname = 'E/ET/ETHER/Try-Tiny-0.31.tar.gz';
const diary = '=head2 Mon Jan  1 00:00:00 2025: C<Module> L<Try::Tiny|Try::Tiny>\n\nC<VERSION: 0.31>\n';

it('a package has the author where one of its files tells it, and is no other by that', async () => {
  const files = [
    { path: 'usr/lib/perl5/perllocal.pod', content: diary },
    {
      path: 'var/lib/perl5/.meta/Try-Tiny-0.31/install.json',
      content: JSON.stringify({ dist: 'Try-Tiny-0.31', pathname }),
    },
    {
      path: 'srv/cpanfile.snapshot',
      content: `# carton snapshot format: version 1.0\n  Try-Tiny-0.31\n    pathname: ${pathname}\n`,
    },
    { path: 'srv/sources/META.json', content: JSON.stringify({ name: 'Try-Tiny', version: '0.31', license: [] }) },
  ];
  const image = writeTemporary('perl.tar', dockerArchive({ layers: [layer(files)] }));

  const { packages } = await scanOne(image);

  expect(packages.map(({ name, purl, evidence }) => [name, purl, evidence]).sort()).toEqual(
    [
      ['Try-Tiny', 'pkg:cpan/ETHER/Try-Tiny@0.31', undefined],
      ['Try-Tiny', 'pkg:cpan/ETHER/Try-Tiny@0.31', 'lockfile'],
      ['Try-Tiny', 'pkg:cpan/Try-Tiny@0.31', 'manifest'],
    ].sort(),
  );
  expect(packages.find(({ evidence }) => evidence === undefined)?.locations).toHaveLength(2);
});
