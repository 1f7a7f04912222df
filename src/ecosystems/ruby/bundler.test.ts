import { describe, expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import { bundler } from './bundler.ts';

const lock = 'GEM\n  specs:\n    rack (2.2.3)\n';
const spec =
  'Gem::Specification.new do |s|\n  s.name = "boat"\n  s.version = Boat::VERSION\n  s.add_dependency "rope"\nend\n';

describe('bundler', () => {
  it('asks for lockfiles and for specifications that are not of installed gems', async () => {
    const wanted = [
      'Gemfile.lock',
      'app/gems.locked',
      'app/Gemfile.next.lock',
      'app/boat.gemspec',
      'usr/lib/gems/a-1/a.gemspec',
    ];
    const others = [
      'app/Gemfile',
      'app/Gemfile.lock.bak',
      'usr/lib/ruby/gems/3.3.0/gems/a-1.0/test/Gemfile.lock',
      'usr/lib/ruby/gems/3.3.0/specifications/a-1.gemspec',
    ];

    const { asked } = await readLayerWith(
      bundler,
      [...wanted, ...others].map((path) => ({ path, content: lock })),
    );

    expect(asked).toEqual([...wanted].sort());
  });

  it('never takes for installed what is only asked for', async () => {
    const { facts, problems } = await readLayerWith(bundler, [
      { path: 'app/Gemfile.lock', content: lock },
      { path: 'app/boat.gemspec', content: spec },
      { path: 'app/made.gemspec', content: 'Gem::Specification.new do |s|\n  s.name = name()\nend\n' },
    ]);

    expect(problems).toEqual([]);
    expect(facts).toEqual([
      {
        kind: 'package',
        path: 'app/Gemfile.lock',
        package: { type: 'gem', name: 'rack', version: '2.2.3', evidence: 'lockfile' },
      },
      {
        kind: 'package',
        path: 'app/boat.gemspec',
        package: { type: 'gem', name: 'boat', version: '', evidence: 'manifest', requires: ['rope'] },
      },
    ]);
  });

  it.each([
    ['is empty', ''],
    ['has a gem without a version', `${lock}    boat\n`],
  ])('names a lockfile that %s', async (_, content) => {
    const { problems } = await readLayerWith(bundler, [{ path: 'app/Gemfile.lock', content }]);

    expect(problems).toMatchObject([
      { code: 'lockfile.unreadable', path: 'app/Gemfile.lock', analyzer: 'gem-bundler' },
    ]);
  });

  it('does not read a lockfile of 50 MB', async () => {
    const { facts, problems } = await readLayerWith(bundler, [
      { path: 'app/Gemfile.lock', content: Buffer.alloc(50 * 1024 * 1024, lock) },
    ]);

    expect(facts).toEqual([]);
    expect(problems).toMatchObject([{ code: 'lockfile.unreadable' }]);
  });
});
