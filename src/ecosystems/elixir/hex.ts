import { parseHexMetadata } from '../../formats/erlang/hex-metadata.ts';
import { packageFiles } from '../../packages/package-files.ts';
import { MAX_MANIFEST } from '../../packages/text-file.ts';
import { hexRecord } from './records.ts';

/** Reads which packages of Hex mix and rebar3 have unpacked. */
export const hexPackages = packageFiles({
  name: 'hex-packages',
  version: 2,
  exact: ['hex_metadata.config'],
  maximum: MAX_MANIFEST,
  read: (text) => [hexRecord(parseHexMetadata(text))],
});
