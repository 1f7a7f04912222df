import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { parseMixLock } from './mix-lock.ts';

const digest = 'ab'.repeat(32);
const rope = `  "rope": {:hex, :hull_rope, "1.0.0", "00", [:mix], [{:hemp, "~> 1.0", [hex: :hemp, repo: "hexpm", optional: false]}, {:tar, ">= 0.0.0", [hex: :tar, repo: "hexpm", optional: true]}], "hexpm", "${digest}"},`;
const git = '  "sail": {:git, "https://x.example/sail.git", "0a0b", [tag: "v1"]},';
const locked = { name: 'hull_rope', version: '1.0.0', requires: ['hemp'], sha256: digest };

describe('parseMixLock', () => {
  it('reads packages of Hex and of elsewhere, without what is optional', () => {
    const packages = [locked, { name: 'sail', version: '', requires: [] }];
    expect(parseMixLock(`%{\n${rope}\n${git}\n}\n`)).toEqual({ packages, unreadable: 0 });
    // As mix 1.0 wrote it: with arrows, and without the last comma.
    const old = '%{"rope" => {:hex, :rope, "1.0.0"}}';
    expect(parseMixLock(old).packages).toEqual([{ name: 'rope', version: '1.0.0', requires: [] }]);
  });

  const hemp = '"hemp": {:hex, :hemp, "2.0.0"}';
  const both = [locked, { name: 'hemp', version: '2.0.0', requires: [] }];
  it.each([
    ['in one line', `%{${rope} ${hemp}}`, 0, both],
    [
      'in one line of several',
      `%{\n${rope} ${hemp},\n${git}\n}`,
      0,
      [...both, { name: 'sail', version: '', requires: [] }],
    ],
    ['in one line beside a damaged one', `%{\n${rope} ${hemp},\n<<<<<<<\n}`, 1, both],
    ['over several lines', `%{\n${rope.replaceAll(', ', ',\n    ')}\n  # no more\n${hemp}\n}`, 0, both],
  ])('reads entries %s', (_, text, unreadable, packages) => {
    expect(parseMixLock(text)).toEqual({ packages, unreadable });
  });

  it.each([
    ['a marker of a conflict', '<<<<<<< HEAD'],
    ['an entry without a version', '  "a": {:hex, :a},'],
    ['an entry of other things', '  "a": 1,'],
    ['a call', '  "a": System.cmd("x", []),'],
    ['an entry that has no end', '  "a": {:hex, :a, "1'],
    ['tuples in each other', `"a": ${'{'.repeat(50_000)}`],
  ])('counts %s, and reads the rest', (_, line) => {
    expect(parseMixLock(`%{\n${line}\n${rope}\n}\n`)).toEqual({ packages: [locked], unreadable: 1 });
  });

  it('refuses what is no map, and every beginning of one', () => {
    const text = `%{\n${git}\n}`;
    for (const other of ['%', '[]', '{}', 'x%{}', '%{', '%{\n']) expect(() => parseMixLock(other)).toThrow(FormatError);
    for (let length = 0; length < text.length; length++) {
      // One that ends with the bracket of an entry is a map with a damaged entry.
      if (text[length - 1] === '}') continue;
      expect(() => parseMixLock(text.slice(0, length)), String(length)).toThrow(FormatError);
    }
  });
});
