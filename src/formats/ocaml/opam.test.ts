import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { parseOpamFile } from './opam-file.ts';
import { parseOpamList, parseSwitchState } from './opam-lists.ts';

const file = `opam-version: "2.0" # a comment: "x"
name: "rope" (* another: one *)
version: "1.0~rc1"
license: ["ISC" "MIT"]
flags: compiler
setenv: PATH += "%{bin}%"
description: """
Not \\"\\"\\"a field\\"\\"\\" {x}
name: "other"
"""
depends: [
  "dune" {>= "2.8" & < "4" & build}
  "fmt" {= "0.9.0"}
  "alcotest" {with-test & >= "1.0"}
  ("base-unix" | "winch" {os = "win32"})
  "odoc" {with-doc}
]
url {
  src: "https://x.example/rope.tbz"
  checksum: ["sha256=00"]
}
extra-source "a.patch" { src: "https://x.example/a" }
build: [["dune" "build" "-p" name] {with-test | conf:installed}]
`;

describe('parseOpamFile', () => {
  it('reads names, licences and what is wanted', () => {
    expect(parseOpamFile(file)).toEqual({
      name: 'rope',
      version: '1.0~rc1',
      licences: ['ISC', 'MIT'],
      wanted: [
        { name: 'dune', version: '>= 2.8 & < 4', groups: [] },
        { name: 'fmt', version: '0.9.0', groups: [] },
        { name: 'alcotest', version: '>= 1.0', groups: ['test'] },
        { name: 'base-unix', version: '', groups: [] },
        { name: 'winch', version: '', groups: [] },
        { name: 'odoc', version: '', groups: ['doc'] },
      ],
    });
  });

  it.each([
    ['a text without a field', '"x"'],
    ['a field without a value', 'name:'],
    ['a word alone', 'name'],
    ['a text without an end', 'name: "x'],
    ['a list without an end', 'depends: ["x"'],
    ['other signs', 'name: $x'],
    ['brackets in each other', `a: ${'['.repeat(100_000)}`],
    ['noise', '\0\x01'],
  ])('refuses %s', (_, text) => {
    expect(() => parseOpamFile(text)).toThrow(FormatError);
  });
});

describe('lists of opam', () => {
  it('tell what is installed in a switch', () => {
    const state = 'opam-version: "2.0"\ninstalled: ["base-unix.base" "fmt.0.9.0" "nothing"]\nroots: ["fmt.0.9.0"]\n';
    const fmt = { name: 'fmt', version: '0.9.0' };
    expect(parseSwitchState(state)).toEqual([{ name: 'base-unix', version: 'base' }, fmt]);
    expect(parseOpamList('# list\nfmt.0.9.0 # x\n\n')).toEqual([fmt]);
    expect(() => parseSwitchState('roots: []')).toThrow(FormatError);
    expect(() => parseOpamList('fmt\n')).toThrow('line 1 is no package with a version');
  });
});
