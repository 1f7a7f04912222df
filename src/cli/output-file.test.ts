import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../test/support/run.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { checkOutputFile, writeOutputFile } from './output-file.ts';

const never = new AbortController().signal;

async function write(file: string, content: string): Promise<void> {
  await writeOutputFile(file, content, never);
}

async function makePipe(): Promise<string> {
  const pipe = path.join(temporaryFolder(), 'pipe');
  await runProgram('mkfifo', [pipe]);
  return pipe;
}

describe('writeOutputFile', () => {
  it('writes a new file, replaces an old one, and leaves nothing else', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'report.json');
    await write(file, 'first and longer');
    await write(file, 'second');
    expect(readFileSync(file, 'utf8')).toBe('second');
    expect(readdirSync(folder)).toEqual(['report.json']);
  });

  it('writes through a link', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'target'), 'old');
    symlinkSync('target', path.join(folder, 'link'));
    await write(path.join(folder, 'link'), 'new');
    expect(readFileSync(path.join(folder, 'target'), 'utf8')).toBe('new');
    expect(lstatSync(path.join(folder, 'link')).isSymbolicLink()).toBe(true);
  });

  it('does not replace a device', async () => {
    await write('/dev/null', 'x');
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it.each([
    ['a folder that is not there', 'none/r.json', 'its folder does not exist'],
    ['a file where a folder should be', 'file/r.json', 'a part of its path is no folder'],
    ['a folder', 'folder', 'it is a folder'],
    ['a name that is too long', 'x'.repeat(300), 'its name is too long'],
    ['a link to itself', 'loop', 'its links lead in a circle'],
  ])('says that it cannot write into %s', async (_, name, why) => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'file'), '');
    mkdirSync(path.join(folder, 'folder'));
    symlinkSync('loop', path.join(folder, 'loop'));
    const file = path.join(folder, name);
    await expect(write(file, 'x')).rejects.toMatchObject({
      code: 'output.not-writable',
      message: `${file} could not be written: ${why}.`,
    });
    expect(() => checkOutputFile(file)).toThrow(`${file} could not be written: ${why}.`);
    expect(readdirSync(folder).toSorted()).toEqual(['file', 'folder', 'loop']);
  });

  it('says that the disk is full', async () => {
    await expect(write('/dev/full', 'x')).rejects.toThrow('/dev/full could not be written: the disk is full.');
  });

  it('waits for the reader of a pipe, and writes more than it holds', async () => {
    const pipe = await makePipe();
    const content = 'x'.repeat(300_000);
    const reader = runProgram('sh', ['-c', `sleep 0.2; cat '${pipe}' | { sleep 0.2; cat; }`]);
    await write(pipe, content);
    expect((await reader).stdout).toBe(content);
  });

  it('drops what the reader of a pipe does not want', async () => {
    const pipe = await makePipe();
    const reader = runProgram('sh', ['-c', `head -c 5 '${pipe}'`]);
    await write(pipe, 'x'.repeat(300_000));
    expect((await reader).stdout).toBe('xxxxx');
  });

  it('can be interrupted while a pipe has no reader', async () => {
    const pipe = await makePipe();
    await expect(writeOutputFile(pipe, 'x', AbortSignal.timeout(50))).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
