import { FormatError } from '../../../src/errors.ts';
import { parseConanfile, parseConaninfo, parseConanLock } from '../../../src/formats/conan/conan.ts';
import { parseJuliaManifest, parseJuliaProject } from '../../../src/formats/julia/project.ts';
import { parseLuarocksLock, parseRockspec } from '../../../src/formats/lua/rockspec.ts';
import {
  parseCpanfileSnapshot,
  parseInstallJson,
  parseMetaJson,
  parseMetaYaml,
  parsePerllocal,
} from '../../../src/formats/perl/distributions.ts';
import { parseDescription, parsePackratLock } from '../../../src/formats/r/description.ts';
import { parseRenvLock } from '../../../src/formats/r/renv-lock.ts';
import { parseVcpkgManifest, parseVcpkgSpdx, parseVcpkgStatus } from '../../../src/formats/vcpkg/vcpkg.ts';
import { type FuzzReader, readersAllowing } from './fuzz-reader.ts';

const { declared } = readersAllowing(FormatError);

type Claimed = { readonly name: string } | undefined;

const text = (name: string, parse: (text: string) => readonly Claimed[], seed: string): FuzzReader =>
  declared(name, (bytes) => parse(bytes.toString()), seed);

const uuid = '682c06a0-de6a-54ab-a142-c8b1cf79cde6';
const rockspec = `local v = "1.0"
package = 'a'
version = v .. "-1"
description = { license = [[MIT]], ["x"] = { "y" } }
dependencies = { "lua >= 5.1", "b/c == 1" } -- why
function f() if x then return { 1 } end end
`;

export const rJuliaLuaPerlCppReaders: readonly FuzzReader[] = [
  text(
    'r-description',
    (all) => [parseDescription(all)],
    'Package: a\nVersion: 1\nImports: b (>= 1),\n c\nBuilt: R 4\n',
  ),
  text('packrat-lock', (all) => parsePackratLock(all).packages, 'PackratFormat: 1.4\n\nPackage: a\nVersion: 1\n'),
  text('renv-lock', (all) => parseRenvLock(all).packages, '{"Packages": {"a": {"Package": "a", "Version": "1"}}}'),
  text(
    'julia-project',
    (all) => {
      const { own, wanted } = parseJuliaProject(all);
      return [own, ...wanted];
    },
    `name = "A"\nuuid = "${uuid}"\nversion = "1.0.0"\n[deps]\nB = "${uuid}"\n[compat]\nB = "1"\n`,
  ),
  text(
    'julia-manifest',
    parseJuliaManifest,
    `manifest_format = "2.0"\n[[deps.A]]\nuuid = "${uuid}"\nversion = "1.0.0+1"\ndeps = ["B"]\n`,
  ),
  text('rockspec', (all) => [parseRockspec(all)], rockspec),
  text('luarocks-lock', parseLuarocksLock, 'return {\n  dependencies = { a = "1-1", ["b"] = "2-1" }\n}\n'),
  text('cpanm-install', (all) => [parseInstallJson(all)], '{"dist": "A-B-1.0", "name": "A::B"}'),
  text('perllocal', parsePerllocal, '=head2 x: C<Module> L<A::B|A::B>\n\nC<VERSION: 1.0>\n\n=back\n'),
  text('cpan-meta-json', (all) => [parseMetaJson(all)], '{"name": "A", "version": 1.5, "license": ["perl_5"]}'),
  text('cpan-meta-yaml', (all) => [parseMetaYaml(all)], "---\nname: 'A'\nversion: 1.5\nrequires:\n  B: 1\n"),
  text(
    'carton',
    (all) => parseCpanfileSnapshot(all).distributions,
    '# carton snapshot format: version 1.0\nDISTRIBUTIONS\n  A-B-1.0\n    pathname: x\n',
  ),
  text(
    'conan-lock',
    (all) => parseConanLock(all).packages,
    '{"graph_lock": {"nodes": {"1": {"ref": "a/1@u/c#r", "requires": ["2"]}, "2": {"pref": "b/2:id"}}}}',
  ),
  text('conan-lock-2', (all) => parseConanLock(all).packages, '{"requires": ["a/1#r%1"], "build_requires": ["b/2"]}'),
  text('conanfile', (all) => parseConanfile(all).packages, '[requires]\na/1@u/c # x\nb/[>=1 <2]\n[options]\nx=1\n'),
  text('conaninfo', (all) => parseConaninfo(all).packages, '[settings]\nos=x\n[full_requires]\na/1:id\n'),
  text('vcpkg-status', parseVcpkgStatus, 'Package: a\nVersion: 1\nPort-Version: 2\nStatus: install ok installed\n\n'),
  text(
    'vcpkg-spdx',
    (all) => [parseVcpkgSpdx(all)],
    '{"packages": [{"SPDXID": "SPDXRef-port", "name": "a", "versionInfo": "1#2"}]}',
  ),
  text(
    'vcpkg-manifest',
    (all) => {
      const { own, wanted } = parseVcpkgManifest(all);
      return [own, ...wanted];
    },
    '{"name": "a", "version": "1", "dependencies": ["b", {"name": "c", "version>=": "1#2"}]}',
  ),
];
