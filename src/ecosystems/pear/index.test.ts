import { describe, expect, it } from 'vitest';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { fixtureCases, fixtureFiles, named, readFixture } from '../../../test/support/language-fixtures.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { hasShared } from '../../../test/support/shared.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { pear } from './index.ts';

const folder = 'usr/local/lib/php/.registry';
const read = async (path: string, content: string) =>
  readFixture(pear.analyzers, new Map([[path, Buffer.from(content)]]));

describe.skipIf(!hasShared)('syft php, of PEAR and PECL', () => {
  const cases = fixtureCases('syft', 'php').filter(({ path }) => path.endsWith('.reg'));

  it.each(cases.map((one) => [one.title, one] as const))('%s', async (_, one) => {
    const content = fixtureFiles('syft', one.path).get('');

    const { packages, problems } = await readFixture(
      pear.analyzers,
      new Map([[`${folder}/.channel.pecl.php.net/memcached.reg`, content!]]),
    );

    expect(problems).toEqual([]);
    // Names have their channel here, which syft has in the package URL alone.
    const ours = named(packages.map((found) => ({ ...found, name: found.name.replace(/^pecl\.php\.net\//, '') })));
    expect(ours).toEqual(named(one.packages));
    expect(packages[0]?.licences).toEqual(['PHP License']);
  });
});

it('lists a package of an image by its package URL', async () => {
  const content = 'a:2:{s:4:"name";s:4:"hull";s:7:"version";a:1:{s:7:"release";s:3:"1.2";}}';
  const files = [`${folder}/hull.reg`, `${folder}/.channel.pecl.php.net/hull.reg`, 'app/hull.reg'];
  const image = writeTemporary(
    'pear.tar',
    dockerArchive({ layers: [layer(files.map((path) => ({ path, content })))] }),
  );

  const { packages } = await scanOne(image);

  expect(packages.map(({ purl }) => purl)).toEqual([
    'pkg:pear/pear.php.net/hull@1.2',
    'pkg:pear/pecl.php.net/hull@1.2',
  ]);
});

it.each([
  '',
  'N;',
  'a:1:{',
  's:9:"ab";',
  's:99999999999:"a";',
  'a:1:{a:0:{}s:1:"a";}',
  'O:1:"a":0:{}',
  'a:1:{s:4:"name";R:1;}',
  'a:2:{s:4:"name";s:1:"a";s:7:"version";i:1;}',
  `${'a:1:{i:0;'.repeat(1000)}`,
])('leaves out %j with a problem', async (content) => {
  const { packages, problems } = await read(`${folder}/a.reg`, content);

  expect(packages).toEqual([]);
  expect(problems.map(({ code }) => code)).toEqual(['file.format']);
});

it('leaves out a whole file cut at any place', async () => {
  const content = 'a:2:{s:4:"name";s:4:"hull";s:7:"version";s:1:"1";}';
  const files = new Map(
    Array.from({ length: content.length }, (_, end) => [`${folder}/${end}.reg`, Buffer.from(content.slice(0, end))]),
  );

  const { packages, problems } = await readFixture(pear.analyzers, files);

  expect(packages).toEqual([]);
  expect(problems).toHaveLength(content.length);
});
