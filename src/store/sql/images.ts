import { StoreError } from '../../errors.ts';
import type { ImageShelf } from '../image-shelf.ts';
import type { SqlConnection } from './connection.ts';
import type { Judging } from './judging.ts';

/** Images of our own API. Placeholder until they are kept. */
export function createImageShelf(_connection: SqlConnection, _judging: Judging): ImageShelf {
  const refuse = async (): Promise<never> =>
    await Promise.reject(new StoreError('fault', 'Images cannot be kept yet.'));
  return {
    submit: refuse,
    find: refuse,
    list: refuse,
    begin: refuse,
    finish: refuse,
    fail: refuse,
    unfinished: refuse,
    document: refuse,
    findings: refuse,
    affectedBy: refuse,
    withLayer: refuse,
    remove: refuse,
  };
}
