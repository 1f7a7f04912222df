import { deflateSync } from 'node:zlib';
import { FormatError, LimitError } from '../../../src/errors.ts';
import { parseBitnamiComponents, parseBitnamiSpdx } from '../../../src/formats/bitnami.ts';
import { MemorySource } from '../../../src/formats/byte-source.ts';
import { parsePackageConfig } from '../../../src/formats/dart/package-config.ts';
import { parsePubspec } from '../../../src/formats/dart/pubspec.ts';
import { parsePubspecLock } from '../../../src/formats/dart/pubspec-lock.ts';
import { parseMixLock } from '../../../src/formats/elixir/mix-lock.ts';
import { parseApplication } from '../../../src/formats/erlang/application.ts';
import { parseHexMetadata } from '../../../src/formats/erlang/hex-metadata.ts';
import { parseRebarLock } from '../../../src/formats/erlang/rebar-lock.ts';
import { parseCabalFreeze } from '../../../src/formats/haskell/cabal-freeze.ts';
import { parseGhcPackage } from '../../../src/formats/haskell/ghc-package.ts';
import { parseStackLock } from '../../../src/formats/haskell/stack.ts';
import { parseHomebrewReceipt } from '../../../src/formats/homebrew-receipt.ts';
import { readGguf } from '../../../src/formats/models/gguf.ts';
import { npyObjects } from '../../../src/formats/models/npy.ts';
import { readOnnx } from '../../../src/formats/models/onnx.ts';
import { scanPickle } from '../../../src/formats/models/pickle.ts';
import { readSafetensors } from '../../../src/formats/models/safetensors.ts';
import { inflateZlib } from '../../../src/formats/models/zlib-stream.ts';
import { parseNixStorePath } from '../../../src/formats/nix-store-path.ts';
import { parseOpamFile } from '../../../src/formats/ocaml/opam-file.ts';
import { parseOpamList, parseSwitchState } from '../../../src/formats/ocaml/opam-lists.ts';
import { parseWordpressHeader, wordpressVersion } from '../../../src/formats/php/wordpress.ts';
import { parsePackageResolved, parseWorkspaceState } from '../../../src/formats/swift/pins.ts';
import { type FuzzReader, readersAllowing } from './fuzz-reader.ts';

const { reader } = readersAllowing(FormatError, LimitError);

const text = (name: string, read: (text: string) => unknown, seed: string): FuzzReader =>
  reader(name, (bytes) => read(bytes.toString()), seed);

const length = (value: number): Buffer => {
  const eight = Buffer.alloc(8);
  eight.writeBigUInt64LE(BigInt(value));
  return eight;
};
const word = (value: string): Buffer => Buffer.concat([length(value.length), Buffer.from(value)]);
const number = (value: number): Buffer => Buffer.from([value, 0, 0, 0]);
const gguf = Buffer.concat([
  ...[Buffer.from('GGUF'), number(3), length(1), length(3)],
  ...[word('general.name'), number(8), word('hull')],
  ...[word('a'), number(9), number(8), length(2), word('b'), word('c')],
  ...[word('general.version'), number(8), word('1.0')],
]);
const safetensors = '{"__metadata__":{"modelspec.title":"hull","format":"pt"},"w":{"dtype":"F32","shape":[1]}}';
const pickle = Buffer.from('\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x01x\x85R.', 'latin1');
const array = Buffer.from("\x93NUMPY\x01\0\x40\0{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", 'latin1');

/** Readers of the languages, stores and models that came last. */
export const newLanguageReaders: readonly FuzzReader[] = [
  text('pubspec', parsePubspec, 'name: a\nversion: 1.0.0\ndependencies:\n  b: ^1.0.0\n'),
  text('pubspec-lock', parsePubspecLock, 'packages:\n  a:\n    dependency: transitive\n    version: "1.0.0"\n'),
  text(
    'dart-package-config',
    parsePackageConfig,
    '{"packages":[{"name":"a","rootUri":"file:///x/hosted/pub.dev/a-1.0.0"}]}',
  ),
  text(
    'swift-resolved',
    parsePackageResolved,
    '{"pins":[{"location":"https://a.b/c/d.git","state":{"version":"1.0"}}],"version":2}',
  ),
  text(
    'swift-workspace',
    parseWorkspaceState,
    '{"object":{"dependencies":[{"packageRef":{"location":"https://a.b/c/d"},"state":{"checkoutState":{"version":"1"}}}]},"version":6}',
  ),
  text(
    'mix-lock',
    parseMixLock,
    '%{\n  "a": {:hex, :a, "1.0.0", "00", [:mix], [{:b, "~> 1.0", [hex: :b]}], "hexpm", "00"},\n}\n',
  ),
  text('rebar-lock', parseRebarLock, '{"1.2.0",\n[{<<"a">>,{pkg,<<"a">>,<<"1.0.0">>},0}]}.\n'),
  text('erlang-application', parseApplication, '{application,a,[{vsn,"1.0"},{applications,[kernel,stdlib]}]}.\n'),
  text(
    'hex-metadata',
    parseHexMetadata,
    '{<<"name">>,<<"a">>}.\n{<<"version">>,<<"1.0">>}.\n{<<"licenses">>,[<<"MIT">>]}.\n',
  ),
  text('cabal-freeze', parseCabalFreeze, 'constraints: any.a ==1.0,\n             any.b ==2.0\n'),
  text('ghc-package', parseGhcPackage, 'name: a\nversion: 1.0\nlicense: MIT\ndepends: b-1.0-abc\n'),
  text('stack-lock', parseStackLock, 'packages:\n- completed:\n    hackage: a-1.0@sha256:00,1\n'),
  text('opam-file', parseOpamFile, 'opam-version: "2.0"\nname: "a"\nversion: "1"\ndepends: [ "b" {>= "1"} ]\n'),
  text('opam-switch', parseSwitchState, 'opam-version: "2.0"\ninstalled: [\n  "a.1.0"\n  "b.2"\n]\n'),
  text('opam-list', parseOpamList, '# Name # Installed\na 1.0\nb 2.0\n'),
  text('nix-store-path', parseNixStorePath, 'nix/store/0c0fdw0fgc0fdw0fgc0fdw0fgc0fdw0f-openssl-3.0.11-bin'),
  text(
    'homebrew-receipt',
    parseHomebrewReceipt,
    '{"source":{"versions":{"stable":"1.0"}},"runtime_dependencies":[{"full_name":"a"}]}',
  ),
  text(
    'wordpress',
    (all) => [parseWordpressHeader(all, 'Plugin'), wordpressVersion(all)],
    "<?php\n/*\n * Plugin Name: A\n * Version: 1.0\n */\n$wp_version = '6.5';\n",
  ),
  text(
    'bitnami-spdx',
    parseBitnamiSpdx,
    'SPDXVersion: SPDX-2.3\nPackageName: a\nExternalRef: PACKAGE-MANAGER purl pkg:bitnami/a@1.0-1?arch=amd64\n',
  ),
  text('bitnami-components', parseBitnamiComponents, '{"a":{"version":"1.0-1","arch":"amd64"}}'),
  reader('gguf', readGguf, gguf),
  reader(
    'safetensors',
    (bytes) => readSafetensors(bytes, 4096),
    Buffer.concat([length(safetensors.length), Buffer.from(safetensors)]),
  ),
  reader('onnx', readOnnx, Buffer.from([8, 9, 0x12, 2, 0x74, 0x66, 0x22, 1, 0x61, 40, 3, 0x3a, 0])),
  reader('pickle', (bytes) => scanPickle(new MemorySource(bytes), () => {}), pickle),
  reader('npy', (bytes) => npyObjects(new MemorySource(bytes)), array),
  reader('zlib', (bytes) => inflateZlib(new MemorySource(bytes), 0), deflateSync(pickle)),
];
