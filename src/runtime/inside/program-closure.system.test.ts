import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';
import { MemorySource } from '../../formats/byte-source.ts';
import { readElfDynamic } from '../../formats/elf/dynamic.ts';
import { ClosureError, programClosure } from './program-closure.ts';
import { writeTar } from './tar-writer.ts';

const root = process.getuid?.() === 0;
const has = (program: string): boolean => spawnSync('which', [program]).status === 0;
const pathOf = (program: string): string => execFileSync('which', [program], { encoding: 'utf8' }).trim();

function interpreterOf(program: string): string {
  const { interpreter } = readElfDynamic(new MemorySource(readFileSync(program)));
  return interpreter!;
}

/** A root file system with nothing but the programs. */
async function unpacked(programs: readonly string[]): Promise<{ folder: string; words(name: string): string[] }> {
  const closure = programClosure(programs, '/.s');
  const folder = temporaryFolder();
  const archive = await buffer(writeTar(closure.entries));
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  return { folder, words: (name) => [...closure.commands.get(name)!] };
}

describe('programs of this machine with all they need', () => {
  it.skipIf(!root).each([
    ['node', ['-p', '[6 * 7, os.EOL.length, process.arch].join()'], `42,1,${process.arch}`],
    ['dpkg', ['--version'], 'Debian'],
  ])('run where there is nothing else: %s', async (name, args, answer) => {
    const program = name === 'node' ? process.execPath : pathOf(name);
    const { folder, words } = await unpacked([program]);

    const ran = spawnSync('chroot', [folder, ...words(name), ...args], { encoding: 'utf8' });

    expect(ran.stderr).toBe('');
    expect(ran.stdout).toContain(answer);
  });

  it.skipIf(!has('ldd'))('have the libraries that the dynamic linker itself loads', () => {
    const loaded = execFileSync('ldd', [process.execPath], { encoding: 'utf8' });
    const names = [...loaded.matchAll(/^\s(\S+) => |^\s(\/\S+) \(/gm)].map(([, name, loader]) =>
      path.basename(name ?? loader!),
    );

    const { entries } = programClosure([process.execPath], '/.s');

    const libraries = entries.map((entry) => entry.path).filter((name) => /^\.s\/lib\//.test(name));
    expect(libraries.map((name) => path.basename(name)).sort()).toEqual(names.sort());
  });

  it.skipIf(!root || !has('cc'))('do not load what the image wants every program to load', async () => {
    const { folder, words } = await unpacked([process.execPath]);
    const source = writeTemporary('evil.c', '__attribute__((constructor)) static void x(void) { __builtin_trap(); }');
    const evil = path.join(folder, 'evil.so');
    execFileSync('cc', ['-shared', '-fPIC', '-nostdlib', '-o', evil, source]);
    mkdirSync(path.join(folder, 'etc'));
    writeFileSync(path.join(folder, 'etc/ld.so.preload'), '/evil.so\n');
    const run = (): number | null => spawnSync('chroot', [folder, ...words('node'), '-e', '0']).status;

    const ours = run();
    // The same files with the dynamic linker as it is on this machine: the list is one that works.
    const { entries } = programClosure([process.execPath], '/.s');
    const own = entries.find((entry) => entry.path.startsWith('.s/lib/ld-'))!;
    writeFileSync(path.join(folder, '.s/ld.so'), readFileSync(interpreterOf(process.execPath)));
    const theirs = run();

    expect(own.content).toBeInstanceOf(Uint8Array);
    expect([ours, theirs === 0]).toEqual([0, false]);
  });

  it('say which architecture they are of, and how many bytes they have', () => {
    const { architecture, size, loader, libraries } = programClosure([process.execPath], '/.s');

    expect(architecture).toBe({ x64: 'amd64', arm64: 'arm64' }[process.arch as string]);
    expect(size).toBeGreaterThan(readFileSync(process.execPath).length);
    expect([loader, libraries]).toEqual(['/.s/ld.so', '/.s/lib']);
  });

  it.skipIf(!has('cc'))('need no dynamic linker where they are static', ({ skip }) => {
    const source = writeTemporary('zero.c', 'int main(void) { return 0; }');
    const program = path.join(temporaryFolder(), 'zero');
    const made = spawnSync('cc', ['-static', '-o', program, source]);
    if (made.status !== 0) skip('there is no static libc here');

    const { commands, loader, entries } = programClosure([program], '/.s');

    expect([commands.get('zero'), loader]).toEqual([['/.s/zero'], undefined]);
    expect(entries.map((entry) => entry.path)).toEqual(['.s', '.s/lib', '.s/zero']);
  });

  it.skipIf(!has('cc'))('find their libraries where they say, like the dynamic linker', () => {
    const folder = temporaryFolder();
    const compile = (...args: string[]): void => void execFileSync('cc', args, { cwd: folder });
    mkdirSync(path.join(folder, 'deep'));
    writeFileSync(path.join(folder, 'b.c'), 'int b(void) { return 7; }');
    writeFileSync(path.join(folder, 'a.c'), 'int b(void); int a(void) { return b(); }');
    writeFileSync(path.join(folder, 'm.c'), 'int a(void); int main(void) { return a(); }');
    compile('-shared', '-fPIC', '-o', 'deep/libdeepest.so', 'b.c');
    compile('-shared', '-fPIC', '-o', 'deep/liba.so', 'a.c', '-Ldeep', '-ldeepest', '-Wl,-rpath,$ORIGIN');
    compile('-o', 'm', 'm.c', '-Ldeep', '-la', '-Wl,-rpath-link,deep', '-Wl,-rpath,$ORIGIN/deep');
    expect(spawnSync(path.join(folder, 'm')).status).toBe(7);

    const { entries } = programClosure([path.join(folder, 'm')], '/.s');

    expect(entries.map((entry) => entry.path)).toEqual(
      expect.arrayContaining(['.s/lib/liba.so', '.s/lib/libdeepest.so']),
    );
  });

  it.each([
    ['a program that is not there', ['/nowhere/strace'], '/.s', /\/nowhere\/strace cannot be read: ENOENT/],
    ['a script', [writeTemporary('script', '#!/bin/sh\n')], '/.s', /is no program/],
    ['none', [], '/.s', /no program was named/],
    ['a folder that is too long', [process.execPath], '/a-long-folder', /cannot be the folder/],
    ['a folder that leads elsewhere', [process.execPath], '/../etc', /cannot be the folder/],
    ['two of one name', [process.execPath, process.execPath], '/.s', /two programs are called node/],
  ])('are refused with a reason: %s', (_, programs, folder, reason) => {
    expect(() => programClosure(programs, folder)).toThrow(ClosureError);
    expect(() => programClosure(programs, folder)).toThrow(reason);
  });

  it('are refused where a library is missing', () => {
    const copy = path.join(temporaryFolder(), 'odd');
    const bytes = readFileSync(process.execPath);
    const at = bytes.indexOf('libstdc++.so.6\0');
    expect(at).toBeGreaterThan(0);
    bytes.write('libnone', at, 'latin1');
    writeFileSync(copy, bytes);

    expect(() => programClosure([copy], '/.s')).toThrow(/odd needs libnone.+, which is not on this machine/);
    expect(existsSync('/.s')).toBe(false);
  });
});
