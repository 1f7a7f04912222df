import { describe, expect, it } from 'vitest';
import { parseReleaseFields } from '../../formats/release-file.ts';
import { detectCleanStart } from './detect.ts';

function detect(text: string, path = 'etc/os-release') {
  return detectCleanStart({ path, text, fields: parseReleaseFields(text) });
}

describe('detectCleanStart', () => {
  it.each(['ID=cleanstart\nVERSION_ID="3.20"\n', 'ID="cleanstart"\n'])(
    'recognises %j, whatever its version',
    (text) => {
      expect(detect(text)).toEqual({ id: 'cleanstart', version: 'rolling', name: 'CleanStart (rolling)' });
    },
  );

  it.each(['', 'ID=alpine\nID_LIKE=cleanstart\n', 'NAME=cleanstart\n'])('recognises nothing in %j', (text) => {
    expect(detect(text)).toBeUndefined();
  });

  it('looks at release files alone', () => {
    expect(detect('ID=cleanstart\n', 'etc/alpine-release')).toBeUndefined();
  });
});
