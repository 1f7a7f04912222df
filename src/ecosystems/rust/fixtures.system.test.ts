import { holdsFixturesOf } from '../../../test/support/hold-fixtures.ts';
import { rust } from './index.ts';

const cargotoml = 'language/rust/cargotoml/testdata';

/** Packages that only we list, by case: osv-scalibr lists what is taken from a repository only where the commit is told. */
const explained: Readonly<Record<string, readonly string[]>> = {
  [`${cargotoml}/git-dependency-tagged.toml`]: ['regex@'],
  [`${cargotoml}/git-dependency-with-pr.toml`]: ['regex@'],
  [`${cargotoml}/two-dependencies.toml`]: ['regex@'],
  // Only the dependency of it is damaged.
  [`${cargotoml}/invalid-dependency.toml`]: ['hello_world@0.1.0'],
};

holdsFixturesOf({
  analyzers: rust.analyzers,
  type: 'cargo',
  listers: [
    ['osv-scalibr-language', 'language/rust/cargolock', 'app/Cargo.lock'],
    ['osv-scalibr-language', 'language/rust/cargotoml', 'app/Cargo.toml'],
    ['osv-scalibr-language', 'language/rust/cargoauditable', 'usr/bin/program'],
    ['syft', 'rust', 'app/Cargo.lock'],
  ],
  explained,
});
