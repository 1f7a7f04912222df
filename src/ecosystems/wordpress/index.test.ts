import { expect, it } from 'vitest';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { parseWordpressHeader, wordpressVersion } from '../../formats/php/wordpress.ts';

it('lists WordPress, its plugins and themes, by the files that tell their versions', async () => {
  const root = 'var/www/html';
  const plugin = (title: string, version: string): string =>
    `<?php\n/**\n * Plugin Name: ${title}\n * Version: ${version}\n * License: GPLv2 or later\n */\n`;
  const files = [
    [`${root}/wp-includes/version.php`, "<?php\n/** @global string $wp_version */\n$wp_version = '6.5.2';\n"],
    [`${root}/wp-includes/blocks/version.php`, "<?php\n$wp_version = '1';\n"],
    [`${root}/wp-content/plugins/rope/rope.php`, plugin('A Rope', '1.2.3')],
    [`${root}/wp-content/plugins/rope/uninstall.php`, '<?php // nothing\n'],
    [`${root}/wp-content/plugins/rope/lib/other.php`, plugin('Other', '9')],
    [`${root}/wp-content/plugins/hello.php`, '<?php\n/*\nPlugin Name: Hello\nVersion: 1.7\n*/'],
    [`${root}/wp-content/mu-plugins/keel.php`, '<?php /* Plugin Name: Keel */'],
    [`${root}/wp-content/themes/sail/style.css`, '/*\nTheme Name: Sail\nVersion: 2.0\n*/\nbody {}'],
    [`${root}/wp-content/themes/sail/print.css`, '/*\nTheme Name: Print\nVersion: 3.0\n*/'],
    [`${root}/src/plugins/mast/mast.php`, plugin('Mast', '1')],
  ].map(([path = '', content = '']) => ({ path, content }));
  const image = writeTemporary('wordpress.tar', dockerArchive({ layers: [layer(files)] }));

  const { packages } = await scanOne(image);

  expect(packages.map(({ purl, licences }) => [purl, ...licences].join(' '))).toEqual([
    'pkg:generic/wordpress@6.5.2',
    'pkg:wordpress-plugin/hello@1.7',
    'pkg:wordpress-plugin/keel',
    'pkg:wordpress-plugin/rope@1.2.3 GPLv2 or later',
    'pkg:wordpress-theme/sail@2.0',
  ]);
});

it.each([
  ['far down, where WordPress still looks', 8100, 'pkg:wordpress-plugin/rope@1.2.3'],
  ['further down than WordPress looks', 8192, undefined],
])('a header %s', async (_, before, expected) => {
  const head = '<?php\n/* Plugin Name: Rope\n';
  const content = `${head}${'\n'.repeat(before - head.length)}Version: 1.2.3\n*/`;
  const core = `<?php\n${'// line\n'.repeat(2000)}$wp_version = '6.5.2';\n`;
  const root = 'var/www/html';
  const files = [
    { path: `${root}/wp-content/plugins/rope/rope.php`, content },
    { path: `${root}/wp-includes/version.php`, content: core },
  ];
  const image = writeTemporary('wordpress.tar', dockerArchive({ layers: [layer(files)] }));

  const { packages } = await scanOne(image);

  expect(packages.map(({ purl }) => purl)).toEqual([
    'pkg:generic/wordpress@6.5.2',
    expected ?? 'pkg:wordpress-plugin/rope',
  ]);
});

it.each([
  ['', undefined],
  ['Plugin Name:', undefined],
  ['# Plugin Name: a', { title: 'a' }],
  ['/* Plugin Name: a */', { title: 'a' }],
  ['<?php // plugin name: a\n// version: 1', { title: 'a', version: '1' }],
  ['echo "Plugin Name: a";', undefined],
  ['Theme Name: a', undefined],
  [' * Plugin Name: a\r * Version: 1\r * Version: 2', { title: 'a', version: '1' }],
  [`${'*'.repeat(4000)}Plugin Name:`, undefined],
  [`${'\n'.repeat(3000)}Plugin Name: a`, { title: 'a' }],
  [`${' '.repeat(8000)}Plugin Name: a`, { title: 'a' }],
])('header %#', (text, expected) => {
  expect(parseWordpressHeader(text, 'Plugin')).toEqual(expected);
});

it.each([
  ["$wp_version = '6.5';", '6.5'],
  ['$wp_version="6.5-alpha-58000";', '6.5-alpha-58000'],
  ["// $wp_version = '6.5';", undefined],
  ["$wp_version = '\u001b[31m';", undefined],
  ['', undefined],
])('version in %j: %s', (text, expected) => {
  expect(wordpressVersion(text)).toBe(expected);
});
