import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { writeOutputFile } from './output-file.ts';

describe('writeOutputFile', () => {
  it('writes a new file, replaces an old one, and leaves nothing else', () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'report.json');
    writeOutputFile(file, 'first and longer');
    writeOutputFile(file, 'second');
    expect(readFileSync(file, 'utf8')).toBe('second');
    expect(readdirSync(folder)).toEqual(['report.json']);
  });

  it('writes through a link', () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'target'), 'old');
    symlinkSync('target', path.join(folder, 'link'));
    writeOutputFile(path.join(folder, 'link'), 'new');
    expect(readFileSync(path.join(folder, 'target'), 'utf8')).toBe('new');
    expect(lstatSync(path.join(folder, 'link')).isSymbolicLink()).toBe(true);
  });

  it('does not replace a device', () => {
    writeOutputFile('/dev/null', 'x');
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it.each([
    ['a folder that is not there', 'none/r.json', 'its folder does not exist'],
    ['a file where a folder should be', 'file/r.json', 'a part of its path is no folder'],
    ['a folder', 'folder', 'it is a folder'],
  ])('says that it cannot write into %s', (_, name, why) => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'file'), '');
    mkdirSync(path.join(folder, 'folder'));
    const file = path.join(folder, name);
    expect(() => writeOutputFile(file, 'x')).toThrow(
      expect.objectContaining({ code: 'output.not-writable', message: `${file} could not be written: ${why}.` }),
    );
    expect(readdirSync(folder).toSorted()).toEqual(['file', 'folder']);
  });

  it('says that the disk is full', () => {
    expect(() => writeOutputFile('/dev/full', 'x')).toThrow('/dev/full could not be written: the disk is full.');
  });
});
