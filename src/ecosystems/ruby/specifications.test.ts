import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import type { Fact } from '../../model/fact.ts';
import { gemSpecifications } from './specifications.ts';

const spec = (name: string, version: string): string =>
  `Gem::Specification.new do |s|\n  s.name = ${JSON.stringify(name)}.freeze\n  s.version = "${version}"\nend\n`;

const packages = (facts: readonly Fact[]) => facts.flatMap((fact) => (fact.kind === 'package' ? [fact.package] : []));

describe('gemSpecifications', () => {
  it('asks for specifications of installed gems, and for nothing else', async () => {
    const installed = [
      'specifications/a-1.gemspec',
      'usr/lib/ruby/gems/3.3.0/specifications/a-1.gemspec',
      'usr/lib/ruby/gems/3.3.0/specifications/default/a-1.gemspec',
      'app/vendor/bundle/ruby/3.3.0/bundler/gems/a-0123456789ab/a.gemspec',
    ];
    const others = [
      'a.gemspec',
      'app/a.gemspec',
      'app/my-specifications/a.gemspec',
      'usr/lib/ruby/gems/3.3.0/specifications/.gemspec',
      'usr/lib/ruby/gems/3.3.0/specifications/a/b.gemspec',
      'usr/lib/ruby/gems/3.3.0/gems/a-1/a.gemspec',
      'usr/lib/ruby/gems/3.3.0/specifications/a-1.gemspec.bak',
    ];

    const { asked } = await readLayerWith(
      gemSpecifications,
      [...installed, ...others].map((path) => ({ path, content: spec('a', '1') })),
    );

    expect(asked).toEqual([...installed].sort());
  });

  it('names what is wrong with a file, and goes on', async () => {
    const folder = 'var/lib/gems/3.3.0/specifications';
    const { facts, problems } = await readLayerWith(gemSpecifications, [
      { path: `${folder}/empty-1.gemspec`, content: '' },
      { path: `${folder}/cut-1.gemspec`, content: spec('cut', '1').slice(0, -4) },
      { path: `${folder}/made-1.gemspec`, content: spec('made', '1').replace('"1"', 'made()') },
      { path: `${folder}/large-1.gemspec`, content: Buffer.alloc(5 * 1024 * 1024, 'x') },
      { path: `${folder}/good-1.gemspec`, content: spec('good', '1') },
    ]);

    expect(packages(facts)).toEqual([
      { type: 'gem', name: 'cut', version: '1' },
      { type: 'gem', name: 'made', version: '' },
      { type: 'gem', name: 'good', version: '1' },
    ]);
    expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
      `file.format ${folder}/empty-1.gemspec`,
      `file.format ${folder}/cut-1.gemspec`,
      `file.format ${folder}/made-1.gemspec`,
      `file.too-large ${folder}/large-1.gemspec`,
    ]);
  });
});

/** What RubyGems itself has installed: the file of each, name, version, licences and what it needs, one a line. */
const listing = spawnSync(
  'ruby',
  [
    '-e',
    'Gem::Specification.each { |s| next unless File.file?(s.loaded_from.to_s);' +
      'puts [s.loaded_from, s.name, s.version, s.licenses.join("|"), s.runtime_dependencies.map(&:name).uniq.sort.join("|")].join("\\t") }',
  ],
  { encoding: 'utf8', timeout: 60_000 },
);
const rows =
  listing.status === 0
    ? listing.stdout
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => line.split('\t'))
    : [];

describe.skipIf(rows.length === 0)('gemSpecifications and RubyGems of this machine (skipped without ruby)', () => {
  it('read the same of every gem that is installed', async () => {
    const entries = rows.map(([file = '']) => ({ path: file.slice(1), content: readFileSync(file) }));

    const { facts, problems } = await readLayerWith(gemSpecifications, entries);

    expect(problems).toEqual([]);
    const found = facts.flatMap((fact) => (fact.kind === 'package' ? [fact] : []));
    const lines = found.map(({ path, package: { name, version, licences = [], requires = [] } }) =>
      [`/${path}`, name, version, licences.join('|'), requires.join('|')].join('\t'),
    );
    expect(lines.sort()).toEqual(rows.map((row) => row.join('\t')).sort());
  });
});
