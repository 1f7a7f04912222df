import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasProgram } from '../../../test/support/decompression.ts';
import { findBundledLibraries } from './bundled-libraries.ts';
import { isLibraryFile } from './library-file.ts';

/** Packages of Debian, and the library at npm that each has. tools/test-programs.sh installs them. */
const packages: Readonly<Record<string, string>> = {
  'libjs-angularjs': 'angular',
  'libjs-backbone': 'backbone',
  'libjs-bootbox': 'bootbox',
  'libjs-bootstrap': 'bootstrap',
  'libjs-bootstrap4': 'bootstrap',
  'libjs-bootstrap5': 'bootstrap',
  'libjs-c3': 'c3',
  'libjs-chart.js': 'chart.js',
  'libjs-codemirror': 'codemirror',
  'libjs-d3': 'd3',
  'libjs-dropzone': 'dropzone',
  'libjs-dygraphs': 'dygraphs',
  'libjs-handlebars': 'handlebars',
  'libjs-htmx': 'htmx.org',
  'libjs-jquery': 'jquery',
  'libjs-jquery-datatables': 'datatables.net',
  'libjs-jquery-jstree': 'jstree',
  'libjs-jquery-migrate-1': 'jquery-migrate',
  'libjs-jquery-mobile': 'jquery-mobile',
  'libjs-jquery-ui': 'jquery-ui',
  'libjs-katex': 'katex',
  'libjs-less': 'less',
  'libjs-lodash': 'lodash',
  'libjs-luxon': 'luxon',
  'libjs-mediaelement': 'mediaelement',
  'libjs-modernizr': 'modernizr',
  'libjs-moment': 'moment',
  'libjs-moment-timezone': 'moment-timezone',
  'libjs-mootools': 'mootools',
  'libjs-mustache': 'mustache',
  'libjs-prototype': 'prototypejs',
  'libjs-qunit': 'qunit',
  'libjs-raphael': 'raphael',
  'libjs-requirejs': 'requirejs',
  'libjs-scriptaculous': 'scriptaculous',
  'libjs-select2.js': 'select2',
  'libjs-sortable': 'sortablejs',
  'libjs-three': 'three',
  'libjs-toastr': 'toastr',
  'libjs-underscore': 'underscore',
  'libjs-vue': 'vue',
  'node-axios': 'axios',
  'node-clipboard': 'clipboard',
  'node-jszip': 'jszip',
  'node-knockout': 'knockout',
};

/** What a file says where that is not what its package does. */
const told: Readonly<Record<string, string>> = {
  'd3 3.5.17': '3.5.16', // the script of Debian's package says so
  'three 111': '0.111.0', // npm has the release as its middle number
};

const installed: readonly (readonly [name: string, version: string])[] = hasProgram('dpkg-query')
  ? execFileSync('dpkg-query', ['-W', '-f', '\u0024{db:Status-Abbrev}\u0024{Package} \u0024{Version}\n'], {
      encoding: 'utf8',
    })
      .split('\n')
      .filter((line) => line.startsWith('ii '))
      .map((line) => line.slice(3).trim().split(' ', 2) as [string, string])
      .filter(([name]) => Object.hasOwn(packages, name))
  : [];

function upstreamOf(version: string): string {
  return version
    .replace(/^\d+:/, '')
    .replace(/-[^-]*$/, '')
    .replace(/[+~.](?:dfsg|ds|debian|repack|really|git|cs|~).*$/, '');
}

/** Scripts of a package that a scan would read. */
function scriptsOf(name: string): readonly string[] {
  const files = execFileSync('dpkg-query', ['-L', name], { encoding: 'utf8' }).split('\n');
  return files.filter((file) => {
    const called = path.basename(file);
    if (
      !/\.js$/i.test(file) ||
      !(isLibraryFile(called) || file.endsWith('.min.js') || called === `${path.basename(path.dirname(file))}.js`)
    )
      return false;
    const about = statSync(file, { throwIfNoEntry: false });
    return about?.isFile() === true && about.size < 2 * 1024 * 1024;
  });
}

describe.skipIf(installed.length < 8)('libraries of Debian say the version that dpkg gave them', () => {
  it.each(installed)('%s %s', (name, version) => {
    const library = packages[name]!;
    const upstream = upstreamOf(version);
    const expected = told[`${library} ${upstream}`] ?? upstream;
    const versions = new Set<string>();
    for (const file of scriptsOf(name)) {
      for (const found of findBundledLibraries(readFileSync(file, 'latin1')).libraries) {
        if (found.name === library) versions.add(found.version);
      }
    }
    expect([...versions]).toEqual([expected]);
  });
});
