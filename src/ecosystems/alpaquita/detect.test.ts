import { describe, expect, it } from 'vitest';
import { parseReleaseFields } from '../../formats/release-file.ts';
import { detectAlpaquita } from './detect.ts';

function detect(text: string) {
  const found = detectAlpaquita({ path: 'etc/os-release', text, fields: parseReleaseFields(text) });
  return found && `${found.id} ${found.version}, ${found.name}`;
}

describe('detectAlpaquita', () => {
  it.each([
    ['ID=alpaquita\nVERSION_ID=23\n', 'alpaquita 23, BellSoft Alpaquita Linux 23'],
    ['ID=alpaquita\nID_LIKE=alpine\nVERSION_ID=stream\n', 'alpaquita stream, BellSoft Alpaquita Linux stream'],
    ['ID=alpaquita\nVERSION_ID=27\n', 'alpaquita 27, BellSoft Alpaquita Linux 27'],
    [
      'ID=bellsoft-hardened-containers\nVERSION_ID="25"\n',
      'bellsoft-hardened-containers 25, BellSoft Hardened Containers 25',
    ],
  ])('takes %j for %s', (text, expected) => {
    expect(detect(text)).toBe(expected);
  });

  it.each(['', 'ID=alpaquita\n', 'ID=alpaquita\nVERSION_ID=x23\n', 'ID=alpine\nVERSION_ID=23\n'])(
    'recognises nothing in %j',
    (text) => {
      expect(detect(text)).toBeUndefined();
    },
  );
});
