import { execFileSync, spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { DrydockError } from '../../src/errors.ts';
import { isIncomplete, type Problem } from '../../src/model/problem.ts';
import { dpkgStatus } from './databases.ts';
import { openLocal, type WalkedLayer, walkLayer } from './opened-sources.ts';
import { temporaryFolder, writeTemporary } from './temporary.ts';

/** Whether a program is installed: some end with an error where they are only asked for their version. */
export function hasProgram(name: string): boolean {
  return spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** A root file system with what images of file systems may get wrong: links, holes, ends in fragments, many names. */
export function variedRoot(): string {
  const root = temporaryFolder();
  const write = (name: string, content: string | Buffer): void => {
    mkdirSync(path.join(root, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(root, name), content);
  };
  write('etc/os-release', 'ID=debian\nVERSION_ID="12"\n');
  write('var/lib/dpkg/status', dpkgStatus([{ name: 'libssl3', version: '3.0.11-1~deb12u2' }]));
  write('empty', '');
  write('zeros', Buffer.alloc(300_000));
  write('half', Buffer.concat([Buffer.alloc(200_000), Buffer.from('end')]));
  const bytes = Buffer.alloc(700_000);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 7919) >> 5;
  write('large', bytes);
  write('exact', bytes.subarray(0, 262_144));
  write(`long-${'n'.repeat(240)}`, 'x');
  for (let i = 0; i < 700; i++) write(`many/file-${i}`, String(i));
  write('a/b/c/d/e/f', 'deep');
  symlinkSync('../etc/os-release', path.join(root, 'a/link'));
  symlinkSync('x'.repeat(200), path.join(root, 'a/long-link'));
  linkSync(path.join(root, 'large'), path.join(root, 'a/large-again'));
  execFileSync('mkfifo', [path.join(root, 'pipe')]);
  return root;
}

/** What a walk showed, in a form that two ways to the same files share. */
export function comparable({ headers, digests }: WalkedLayer): readonly string[] {
  return headers
    .map(({ path, type, size, mode, uid, gid, linkTarget }) =>
      [path, type, size, mode.toString(8), uid, gid, linkTarget, digests.get(path)].join(' '),
    )
    .toSorted();
}

/** Opens an image with one layer and reads all of it; what was wrong at opening comes first. */
export async function readAll(reference: string): Promise<WalkedLayer> {
  const source = await openLocal(reference);
  try {
    const image = source.images[0]!;
    const walked = await walkLayer(image.layers[0]!);
    return { ...walked, problems: [...image.problems, ...walked.problems] };
  } finally {
    source.close();
  }
}

/** What became of a damaged image: the error that it ended with, or what was read of it. */
async function outcome(reference: string): Promise<string | readonly Problem[]> {
  try {
    return (await readAll(reference)).problems;
  } catch (error) {
    if (error instanceof DrydockError) return error.code;
    throw error;
  }
}

/**
 * Cuts an image at every kilobyte: it ends with an error of the source, or its report is incomplete.
 * @param needed bytes without which something is missing: what follows is padding
 */
export async function expectCutsAreSaid(image: Buffer, scheme: string, needed: number): Promise<void> {
  for (let cut = 1024; cut < needed; cut += 1024) {
    const result = await outcome(`${scheme}:${writeTemporary('cut', image.subarray(0, cut))}`);
    const isSaid = typeof result === 'string' ? result.startsWith('source.') : result.some(isIncomplete);
    expect([cut, isSaid]).toEqual([cut, true]);
  }
}

/** Flips bytes anywhere: whatever comes of it is an error of the source or a report, and never another error. */
export async function expectFlipsAreBorne(image: Buffer, scheme: string, runs: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(image.length - 1), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 8 }),
      async (flips) => {
        const changed = Buffer.from(image);
        for (const [at, bits] of flips) changed[at] = (changed[at] as number) ^ bits;
        await outcome(`${scheme}:${writeTemporary('flipped', changed)}`);
      },
    ),
    { numRuns: runs },
  );
}
