import { expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import { opamAsked } from './asked.ts';
import { opamPackages } from './packages.ts';

const file = 'opam-version: "2.0"\nname: "rope"\nversion: "1.0"\n';

it('opam-packages asks for what is installed: not for programs, projects and repositories', async () => {
  const wanted = [
    'home/opam/.opam/5.1/.opam-switch/packages/rope.1.0/opam',
    'home/opam/.opam/5.1/lib/rope/opam',
    'usr/lib/x86_64-linux-gnu/ocaml/5.3.0/rope/opam',
  ];
  const others = [
    'usr/bin/opam',
    'src/rope/opam',
    'home/opam/.opam/repo/default/packages/rope/rope.1.0/opam',
    'var/lib/dpkg/info/opam',
    'etc/install',
    'srv/switch-state',
  ];

  const { asked, facts, problems } = await readLayerWith(
    opamPackages,
    [...wanted, ...others].map((path) => ({ path, content: file })),
  );

  expect(problems).toEqual([]);
  expect(asked).toEqual(wanted.toSorted());
  expect(facts).toMatchObject(wanted.map(() => ({ package: { type: 'opam', name: 'rope', version: '1.0' } })));
});

it('opam-asked asks for manifests and lockfiles of projects', async () => {
  const { asked } = await readLayerWith(
    opamAsked,
    ['src/rope.opam', 'src/rope.opam.locked', 'src/.opam', 'root/.opam/x/a.opam', 'src/rope.opam.bak'].map((path) => ({
      path,
      content: file,
    })),
  );

  expect(asked).toEqual(['src/rope.opam', 'src/rope.opam.locked']);
});
