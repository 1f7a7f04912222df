import { describe, expect, it } from 'vitest';
import { parseReleaseFields } from '../../formats/release-file.ts';
import { detectWolfi } from './detect.ts';

function detect(text: string, path = 'etc/os-release') {
  return detectWolfi({ path, text, fields: parseReleaseFields(text) });
}

describe('detectWolfi', () => {
  it.each(['ID=wolfi\nVERSION_ID="20230201"\n', 'ID="wolfi"\n'])('recognises %j, whatever its version', (text) => {
    expect(detect(text)).toEqual({ id: 'wolfi', version: 'rolling', name: 'Wolfi (rolling)' });
  });

  it.each(['', 'ID=chainguard\nID_LIKE=wolfi\n', 'NAME=wolfi\n'])('recognises nothing in %j', (text) => {
    expect(detect(text)).toBeUndefined();
  });

  it('looks at release files alone', () => {
    expect(detect('ID=wolfi\n', 'etc/alpine-release')).toBeUndefined();
  });
});
