import { deflateSync } from 'node:zlib';
import { FormatError, LimitError } from '../../../src/errors.ts';
import { MemorySource } from '../../../src/formats/byte-source.ts';
import { executablesOf } from '../../../src/formats/executables/executable.ts';
import { findBuildInfo } from '../../../src/formats/go/build-info.ts';
import { parseGoMod } from '../../../src/formats/go/go-mod.ts';
import { parseGoSum } from '../../../src/formats/go/go-sum.ts';
import { mainVersion } from '../../../src/formats/go/main-version.ts';
import { isGoProgram, isPackedByUpx } from '../../../src/formats/go/marks.ts';
import { parseModuleInfo } from '../../../src/formats/go/module-info.ts';
import { parseVendorModules } from '../../../src/formats/go/vendor-modules.ts';
import { readAuditData } from '../../../src/formats/rust/audit-data.ts';
import { parseCargoLock } from '../../../src/formats/rust/cargo-lock.ts';
import { parseCargoToml } from '../../../src/formats/rust/cargo-toml.ts';
import { elfFile, fatFile, type MadeExecutable, machOFile, peFile } from '../../support/executables.ts';
import { buildInfo, oldBuildInfo } from '../../support/go-programs.ts';
import { allow, type FuzzReader, readersAllowing } from './fuzz-reader.ts';

const modules = [
  'path\tm/x',
  'mod\tm\t(devel)\t',
  'dep\ta\tv1.0.0\th1:A=',
  '=>\t./a\t(devel)\t',
  'build\t-ldflags="-X main.version=1.2.3"',
  '',
].join('\n');
const crates = deflateSync(
  '{"packages":[{"name":"a","version":"1.0.0","dependencies":[1]},{"name":"b","version":"1.0.0"}]}',
);

/** A program that is of Go and of Rust at once, in every format, with pointers of either width. */
function programs(): readonly Buffer[] {
  const address = 0x50_0000;
  const makers: readonly (readonly [string, number, (made: MadeExecutable) => Buffer])[] = [
    ['.go.buildinfo', 0, elfFile],
    ['.other', 0, (made) => elfFile({ ...made, stripped: true })],
    ['__go_buildinfo', 0, machOFile],
    ['__go_buildinfo', 0, (made) => fatFile([machOFile(made)])],
    ['.data', 0x40_0000, peFile],
  ];
  return makers.flatMap(([name, base, make]) =>
    [true, false].flatMap((wide) =>
      [buildInfo('go1.22.3', modules), oldBuildInfo('go1.16', modules, address + base, wide, true)].map((content) =>
        make({
          wide,
          sections: [
            { name, address, content },
            { name: '.dep-v0', address: 0x60_0000, content: crates },
          ],
        }),
      ),
    ),
  );
}

const errors = [FormatError, LimitError];
const { reader } = readersAllowing(...errors);

const textReader = (name: string, parse: (text: string) => unknown, ...seeds: readonly string[]): FuzzReader =>
  reader(name, (bytes) => parse(bytes.toString()), ...seeds);

/** What reads programs, and what Go and Rust ask for. */
export const programReaders: readonly FuzzReader[] = [
  {
    name: 'programs',
    seeds: programs,
    run(bytes) {
      allow(errors, () => {
        for (const program of executablesOf(new MemorySource(bytes))) {
          isGoProgram(program);
          isPackedByUpx(program);
          allow(errors, () => void readAuditData(program));
          const info = findBuildInfo(program, true);
          if (info !== undefined) mainVersion(parseModuleInfo(info.modules));
        }
      });
    },
  },
  textReader(
    'go-mod',
    parseGoMod,
    'module m\n\ngo 1.21\n\nrequire (\n\ta/x v1.0.0 // indirect\n\t"b" `v1`\n)\n\nreplace a/x v1.0.0 => ./x\nexclude b v1\n',
  ),
  textReader('go-sum', parseGoSum, 'a/x v1.0.0 h1:AA=\na/x v1.0.0/go.mod h1:BB=\n'),
  textReader(
    'go-vendor',
    parseVendorModules,
    '# a/x v1.0.0 => b/y v1.1.0\n## explicit; go 1.21\na/x/z\n# c v0.1.0\nc\n',
  ),
  textReader(
    'cargo-lock',
    parseCargoLock,
    'version = 4\n\n[[package]]\nname = "a"\nversion = "1.0.0"\nchecksum = "ab"\ndependencies = [\n "b 1.0.0",\n]\n',
    '[root]\nname = "a"\nversion = "1"\n\n[metadata]\n"checksum a 1 (b)" = "c"\n',
  ),
  textReader(
    'cargo-toml',
    parseCargoToml,
    '[package]\nname = "a"\nversion.workspace = true\n\n[dependencies]\nb = { version = "1", optional = true }\n\n[target.\'cfg(x)\'.dev-dependencies]\nc = "2"\n',
  ),
];
