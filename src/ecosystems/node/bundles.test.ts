import { expect, it } from 'vitest';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { readLayerWith } from '../../../test/support/layers.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { advisoriesOf, makeAdvisory } from '../../../test/support/view.ts';
import type { PackageFact } from '../../model/fact.ts';
import { javascriptBundles } from './bundles.ts';

const jquery = `/*! jQuery v3.4.1 | (c) JS Foundation and other contributors */\n!function(){}();${' '.repeat(64)}`;

it('reads minified libraries, bundles and the licences of bundles, and nothing of what is installed', async () => {
  const wanted = [
    'app/build/main.8f7e2b1c.js.LICENSE.txt',
    'app/static/app.3f2a9c41.js',
    'app/static/assets/index-BxK3_9az.js',
    'app/static/main.8d41af0c2e.js',
    'app/static/vendor.js',
    'app/static/vendor.3f2a9c41.js',
    'var/www/js/jquery-1.12.4.js',
    'var/www/js/jquery-3.4.1.slim.min.js',
    'var/www/js/jquery.slim.js',
    'var/www/js/vue.global.prod.js',
    'var/www/js/JQuery.js',
    'var/www/js/jquery-3.4.1.min.js',
  ];
  const others = [
    'app/src/index.js',
    'app/src/main.test.js.map',
    'app/src/application.js',
    'app/src/vue.d.ts',
    'app/jquery.md',
    'app/jquery.min.js.map',
    'app/LICENSE.txt',
  ];

  const { asked, facts, problems } = await readLayerWith(
    javascriptBundles,
    [...wanted, ...others].map((path) => ({ path, content: jquery })),
  );

  expect(asked.toSorted()).toEqual(wanted.toSorted());
  expect(facts.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toMatchObject(
    wanted.toSorted().map((path) => ({ path, package: { type: 'npm', name: 'jquery', version: '3.4.1' } })),
  );
  expect(problems).toEqual([]);
});

it('a bundled library is judged as a package of npm, at the file that brings it', async () => {
  const files = [
    { path: 'etc/os-release', content: 'ID=alpine\nVERSION_ID=3.20.0\n' },
    { path: 'var/www/js/jquery.min.js', content: jquery },
  ];
  const image = writeTemporary('bundles.tar', dockerArchive({ layers: [layer(files)] }));
  const source = advisoriesOf({
    'npm-osv': [
      makeAdvisory('CVE-2020-11022', [
        { namespace: 'npm', package: 'jquery', nameKind: 'binary', ranges: [{ introduced: '1.2.0', fixed: '3.5.0' }] },
      ]),
    ],
  });

  const { packages, findings } = await scanOne(image, {
    advisories: { supply: async () => ({ source, problems: [] }) },
  });

  expect(packages.map(({ purl, locations }) => [purl, locations])).toEqual([
    ['pkg:npm/jquery@3.4.1', ['var/www/js/jquery.min.js']],
  ]);
  expect(findings.filter(({ kind }) => kind === 'vulnerability').map(({ id }) => id)).toEqual(['CVE-2020-11022']);
});

it('takes the version of a file name where the script does not tell it', async () => {
  const files = {
    'www/jquery-1.12.4.js': `window.jQuery = {};${' '.repeat(64)}`,
    'www/jquery-1.0.0.min.js': jquery,
    'www/moment-2.29.4.min.js': `!function(){}();${' '.repeat(64)}`,
    'www/jquery-1.js': `!function(){}();${' '.repeat(64)}`,
    'www/main-2.0.0.js': `!function(){}();${' '.repeat(64)}`,
  };
  const { facts } = await readLayerWith(
    javascriptBundles,
    Object.entries(files).map(([path, content]) => ({ path, content })),
  );
  expect(
    (facts as PackageFact[]).map(({ path, package: { name, version } }) => `${path} ${name}@${version}`).sort(),
  ).toEqual([
    'www/jquery-1.0.0.min.js jquery@3.4.1',
    'www/jquery-1.12.4.js jquery@1.12.4',
    'www/moment-2.29.4.min.js moment@2.29.4',
  ]);
});

it.each([
  [
    'of a package that says what it is',
    'node_modules/jquery/dist/jquery.min.js',
    'node_modules/jquery/package.json',
    0,
  ],
  ['of one with a scope', 'app/node_modules/@a/b/jquery.js', 'app/node_modules/@a/b/package.json', 0],
  ['of Debian', 'usr/share/nodejs/jquery/dist/jquery.js', 'usr/share/nodejs/jquery/package.json', 0],
  ['of Yarn', 'node_modules/.store/a-npm-1/package/jquery.js', 'node_modules/.store/a-npm-1/package/package.json', 0],
  ['without a package', 'node_modules/jquery.min.js', 'package.json', 1],
  ['beside the package.json of another', 'node_modules/a/jquery.js', 'node_modules/b/package.json', 1],
  ['of a package within that says so', 'node_modules/a/dist/jquery.js', 'node_modules/a/dist/package.json', 1],
  ['of a package of which it is the longer name', 'node_modules/ab/jquery.js', 'node_modules/a/package.json', 1],
  ['in a folder with another name', 'my_node_modules/a/jquery.js', 'my_node_modules/a/package.json', 1],
  ['of a cache', 'node_modules/.vite/deps/jquery.js', 'node_modules/.vite/deps/package.json', 1],
])('a script in node_modules is listed where nothing says what it is: %s', async (_, script, manifest, count) => {
  const members = [
    { path: script, content: jquery },
    { path: `${script.slice(0, script.lastIndexOf('/'))}/vendor.js`, content: '/*1.1*/'.repeat(25_000) },
    { path: manifest, content: '{"name": "a", "version": "1.0.0"}' },
  ];
  for (const order of [members, members.toReversed()]) {
    const { facts, problems } = await readLayerWith(javascriptBundles, order);

    expect(facts.map(({ path }) => path)).toEqual(count === 0 ? [] : [script]);
    expect(problems.map(({ code }) => code)).toEqual(count === 0 ? [] : ['layer.limit']);
  }
});

it('says of a script that has more than is looked at that there may be others', async () => {
  const { problems } = await readLayerWith(javascriptBundles, [
    { path: 'www/vendor.js', content: '/*1.1*/'.repeat(25_000) },
  ]);
  expect(problems).toMatchObject([{ code: 'layer.limit', path: 'www/vendor.js' }]);
});
