import { describe, expect, it } from 'vitest';
import { parseReleaseFields } from '../../formats/release-file.ts';
import { detectArch } from './detect.ts';

function detect(text: string, path = 'etc/os-release') {
  return detectArch({ path, text, fields: parseReleaseFields(text) });
}

describe('detectArch', () => {
  it.each(['ID=arch\nVERSION_ID="20240101.0.204074"\n', 'ID="arch"\n'])(
    'recognises %j, whatever its version',
    (text) => {
      expect(detect(text)).toEqual({ id: 'arch', version: 'rolling', name: 'Arch Linux (rolling)' });
    },
  );

  it.each(['', 'ID=manjaro\nID_LIKE=arch\n', 'NAME=arch\n'])('recognises nothing in %j', (text) => {
    expect(detect(text)).toBeUndefined();
  });

  it('looks at release files alone', () => {
    expect(detect('ID=arch\n', 'etc/alpine-release')).toBeUndefined();
  });
});
