import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { probeAny } from '../../../test/support/any-archive-probe.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';

/** Debian's package `clamav-testfiles`: one harmless program of 544 bytes, packed in many ways. */
const folder = '/usr/share/clamav-testfiles';
const program = 'aa15bcf478d165efd2065190eb473bcb';

/** Where the program is found. */
const opened: Readonly<Record<string, string>> = {
  'clam.7z': 'clam.7z!/clam.exe',
  'clam.bin-be.cpio': 'clam.bin-be.cpio!/clam.exe',
  'clam.bin-le.cpio': 'clam.bin-le.cpio!/clam.exe',
  'clam.bz2.zip': 'clam.bz2.zip!/clam.exe',
  'clam.cab': 'clam.cab!/clam.exe',
  'clam.d64.zip': 'clam.d64.zip!/clam.exe',
  'clam.exe.bz2': 'clam.exe.bz2!/clam.exe',
  'clam.newc.cpio': 'clam.newc.cpio!/clam.exe',
  'clam.odc.cpio': 'clam.odc.cpio!/clam.exe',
  'clam.tar.gz': 'clam.tar.gz!/clam.exe',
  'clam.zip': 'clam.zip!/clam.exe',
  // One branch of it is nine archives deep, the other as deep as archives may be.
  'clam_cache_emax.tgz': `clam_cache_emax.tgz${[2, 3, 4, 5, 6, 7, 8].map((n) => `!/clam0${n}.tgz`).join('')}!/clam.exe`,
};

/** Those that are not opened, which the scan says: a part of what it says. */
const named: Readonly<Record<string, string>> = {
  'clam.arj': 'it is an ARJ archive, which is not supported',
  'clam.chm': 'it is a compiled HTML help file, which is not supported',
  'clam.exe.szdd': 'it is a file compressed by COMPRESS.EXE, which is not supported',
  'clam.impl.zip': 'is compressed by Implode',
};

/** Those that are no archives for us, but files that are judged as they are: packed programs, documents, mail, installers. */
const whole: readonly string[] = [
  ...['aspack', 'fsg', 'mew', 'nsis', 'pespin', 'petite', 'upack', 'upx', 'wwpack', 'yc'].map(
    (packer) => `clam-${packer}.exe`,
  ),
  ...['ea05.exe', 'ea06.exe', 'exe', 'exe.binhex', 'exe.html', 'exe.mbox.base64', 'exe.mbox.uu', 'exe.rtf'].map(
    (end) => `clam.${end}`,
  ),
  ...['mail', 'ole.doc', 'pdf', 'ppt', 'sis', 'tnef'].map((end) => `clam.${end}`),
  ...['IScab_ext', 'IScab_int', 'ISmsi_ext', 'ISmsi_int'].map((kind) => `clam_${kind}.exe`),
];

const isAbsent = !existsSync(folder);

describe.skipIf(isAbsent)(isAbsent ? 'the package clamav-testfiles is not installed' : 'test files of ClamAV', () => {
  const read = (name: string) =>
    probeAny(readFileSync(path.join(folder, name)), name, { temporary: temporaryFolder(), coming: 'compressed' });

  it('are those of the table', () => {
    expect(readdirSync(folder).toSorted()).toEqual(
      [...Object.keys(opened), ...Object.keys(named), ...whole].toSorted(),
    );
  });

  it.each(Object.entries(opened))('%s is opened', async (name, member) => {
    const { seen, problems } = await read(name);

    expect(seen.map(([at, text]) => [at, text.slice(0, 32)])).toContainEqual([member, program]);
    expect(problems.map(({ code }) => code)).toEqual(name === 'clam_cache_emax.tgz' ? ['archive.limit'] : []);
  });

  it.each(Object.entries(named))('%s is named', async (name, words) => {
    const { seen, problems } = await read(name);

    expect(seen.filter(([, text]) => text !== '')).toEqual([]);
    expect(problems).toMatchObject([{ code: 'archive.unreadable', path: name }]);
    expect(problems[0]?.message).toContain(words);
  });

  it.each(whole)('%s is one file', async (name) => {
    expect(await read(name)).toMatchObject({ seen: [], problems: [] });
  });
});
