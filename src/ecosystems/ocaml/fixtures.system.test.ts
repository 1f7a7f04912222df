import { describe, expect, it } from 'vitest';
import { holdsFixturesOf } from '../../../test/support/hold-fixtures.ts';
import { fixtureFiles, named, readFixture } from '../../../test/support/language-fixtures.ts';
import { hasShared } from '../../../test/support/shared.ts';
import { ocaml } from './index.ts';

holdsFixturesOf({
  analyzers: ocaml.analyzers,
  type: 'opam',
  listers: [['osv-scalibr-language', 'language/ocaml/opam', 'root/.opam/5.1.0/.opam-switch/install']],
  evidence: () => undefined,
  problem: 'file.format',
});

// The reference data has these files of Syft, and does not say what Syft finds in them: it is what they say of themselves.
describe.skipIf(!hasShared)('syft ocaml', () => {
  it('a manifest: the project, and what it wants', async () => {
    const content = fixtureFiles('syft', 'ocaml/testdata/alcotest.opam').get('');

    const { packages, problems } = await readFixture(ocaml.analyzers, new Map([['app/alcotest.opam', content!]]));

    expect(problems).toEqual([]);
    expect(packages.map(({ name, version, groups = [] }) => [name, version, ...groups].join(' ').trim())).toEqual([
      'alcotest 1.5.0',
      'dune >= 2.8',
      'ocaml >= 4.03.0',
      'fmt >= 0.8.7',
      'astring',
      'cmdliner >= 1.0.0',
      're',
      'stdlib-shims',
      'uutf',
      'ocaml-syntax-shims',
      'odoc  doc',
    ]);
    expect(packages[0]).toMatchObject({ evidence: 'manifest', licences: ['ISC'] });
    expect(packages[0]?.requires).toHaveLength(9);
  });

  it('a package in a switch', async () => {
    const content = fixtureFiles('syft', 'ocaml/testdata/ocaml-base-compiler.4.14.0/opam').get('');
    const path = 'root/.opam/4.14.0/.opam-switch/packages/ocaml-base-compiler.4.14.0/opam';

    const { packages, problems } = await readFixture(ocaml.analyzers, new Map([[path, content!]]));

    expect(problems).toEqual([]);
    expect(named(packages)).toEqual(['ocaml-base-compiler@4.14.0']);
  });
});
