import { holdsFixturesOf } from '../../../test/support/hold-fixtures.ts';
import { go } from './index.ts';

const gomod = 'language/golang/gomod/testdata';
const gobinary = 'language/golang/gobinary/testdata/binary_with_module_replacement';
const syftMod = 'golang/testdata/go-mod-fixtures';

/** The same as stdlib, as advisories and osv-scalibr's own lister of go.mod call it. */
const toolchain = { 'go@1.22.0': undefined };
/** The program itself, whose version is said to be (devel). */
const program = ['binary_with_module_replacement@', 'stdlib@1.22.0'];

holdsFixturesOf({
  analyzers: go.analyzers,
  type: 'golang',
  listers: [
    ['osv-scalibr-language', 'language/golang/gomod', 'app/go.mod'],
    ['osv-scalibr-language', 'language/golang/vendormodules', 'app/vendor/modules.txt'],
    ['osv-scalibr-language', 'language/golang/gobinary', 'usr/bin/program'],
    ['syft', 'golang', 'app/go.mod'],
  ],
  // Cases of Syft are about a file or its folder.
  beside: (path, shownAs) => {
    if (!shownAs.endsWith('go.mod')) return {};
    const folder = path.replace(/\/go\.mod$/, '');
    return path.startsWith(gomod)
      ? { 'app/go.sum': path.replace(/\.mod$/, '.sum') }
      : { 'app/go.mod': `${folder}/go.mod`, 'app/go.sum': `${folder}/go.sum` };
  },
  // osv-scalibr takes the letter away, syft keeps it as it is written.
  plain: (name) => name.replace(/@v(?=\d)/, '@'),
  explained: {
    // The module that the directory takes the place of, without the version that is no longer used.
    [`${gomod}/replace-local.mod`]: ['golang.org/x/net@'],
    [`${gobinary}-linux-amd64`]: program,
    [`${gobinary}-windows-amd64`]: program,
    // `go 1.14` and its like: osv-scalibr lists the standard library of it, syft does not.
    [`${syftMod}/one-package/go.mod`]: ['stdlib@1.14'],
    [`${syftMod}/relative-replace/go.mod`]: ['stdlib@1.22'],
    [`${syftMod}/many-packages/go.mod`]: ['stdlib@1.14'],
    'golang/testdata/go-sum-hashes': ['stdlib@1.18'],
  },
  corrected: {
    // A path in the file system is the name of no package; syft names the module here.
    [`${gomod}/replace-local.mod`]: { './fork/net@': undefined },
    [`${gobinary}-linux-amd64`]: toolchain,
    [`${gobinary}-windows-amd64`]: toolchain,
  },
});
