import { expect } from 'vitest';
import { holdsFixturesOf } from '../../../test/support/hold-fixtures.ts';
import { elixir } from './index.ts';

const isApplication = (path: string): boolean => path.endsWith('.app');

holdsFixturesOf({
  analyzers: elixir.analyzers,
  listers: [
    ['osv-scalibr-language', 'language/elixir/mixlock', 'app/mix.lock'],
    ['osv-scalibr-language', 'language/erlang/mixlock', 'app/mix.lock'],
    ['syft', 'elixir', 'app/mix.lock'],
    ['syft', 'erlang', (path) => (isApplication(path) ? 'lib/rabbit-3.12.10/ebin/rabbit.app' : 'app/rebar.lock')],
  ],
  // Syft has the commit for a version where a package comes from a repository; osv-scalibr has none, as we.
  plain: (name) => name.replace(/@[0-9a-f]{40}$/, '@'),
  evidence: (path) => (isApplication(path) ? undefined : 'lockfile'),
  // One entry of this case is damaged, which others pass over in silence.
  stricter: ['language/elixir/mixlock/testdata/invalid'],
  also(packages, one) {
    expect(new Set(packages.map(({ type }) => type)).size).toBeLessThan(2);
    for (const { purlType, purl } of one.packages) {
      expect(packages[0]?.type).toBe(purlType ?? /^pkg:(\w+)\//.exec(purl ?? 'pkg:hex/')?.[1]);
    }
  },
});
