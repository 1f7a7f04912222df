import { statSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from './program.ts';

/** Permissions do not bind root: tests about them act as this user where they run as root. */
export const otherUser: number | undefined = process.getuid?.() === 0 ? 65_534 : undefined;

/**
 * Whether a test can act as a user who is not root. Root may have cloned into a directory that no other user may enter, such as
 * its home: then nothing of the checkout can be run as another user, and the test is skipped.
 */
export const hasOtherUser: boolean = otherUser === undefined || parentsOf(projectRoot).every(isOpenToAll);

function parentsOf(directory: string): readonly string[] {
  const parent = path.dirname(directory);
  return parent === directory ? [directory] : [directory, ...parentsOf(parent)];
}

function isOpenToAll(directory: string): boolean {
  return (statSync(directory).mode & 0o001) !== 0;
}
