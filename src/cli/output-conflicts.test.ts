import { linkSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { checkOutputs } from './output-conflicts.ts';

function folderWithImage(): string {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'image.tar'), 'x');
  writeFileSync(path.join(folder, 'other.json'), 'x');
  symlinkSync('image.tar', path.join(folder, 'link'));
  linkSync(path.join(folder, 'image.tar'), path.join(folder, 'hard'));
  return folder;
}

describe('checkOutputs', () => {
  it.each([
    ['the image itself', 'image.tar', 'image.tar'],
    ['the image with a scheme', 'docker-archive:image.tar', 'image.tar'],
    ['the image behind a link', 'link', 'image.tar'],
    ['a hard link to the image', 'image.tar', 'hard'],
  ])('refuses %s', (_, reference, name) => {
    const folder = folderWithImage();
    const file = path.join(folder, name);
    expect(() => checkOutputs([{ format: 'json', file }], ['none', reference], folder)).toThrow(
      `--output: ${file} is to be read, so no report can be written there.`,
    );
  });

  it.each(['link', 'hard'])('refuses two reports in one file: %s', (name) => {
    const folder = folderWithImage();
    const outputs = ['image.tar', name].map((file) => ({ format: 'json', file: path.join(folder, file) }));
    expect(() => checkOutputs(outputs, [], folder)).toThrow(
      `--output: ${path.join(folder, name)} and ${path.join(folder, 'image.tar')} are one file; every report needs its own.`,
    );
  });

  it.each([
    ['another file', 'image.tar', 'other.json'],
    ['a new file', 'image.tar', 'new.json'],
    ['a file in a folder that is scanned', '.', 'other.json'],
    ['standard input', '-', 'other.json'],
    ['a device', '/dev/null', '/dev/null'],
  ])('takes %s', (_, reference, name) => {
    const folder = folderWithImage();
    const outputs = [{ format: 'json', file: path.resolve(folder, name) }];
    expect(() => checkOutputs(outputs, [reference, 'x'.repeat(5000)], folder)).not.toThrow();
  });
});
