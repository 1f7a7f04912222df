import { describe, expect, it } from 'vitest';
import { parseReleaseFields } from '../../formats/release-file.ts';
import { detectMinimOS } from './detect.ts';

function detect(text: string, path = 'etc/os-release') {
  return detectMinimOS({ path, text, fields: parseReleaseFields(text) });
}

describe('detectMinimOS', () => {
  it.each(['ID=minimos\nVERSION_ID="20241031"\n', 'ID="minimos"\n'])('recognises %j, whatever its version', (text) => {
    expect(detect(text)).toEqual({ id: 'minimos', version: 'rolling', name: 'MinimOS (rolling)' });
  });

  it.each(['', 'ID=wolfi\nID_LIKE=minimos\n', 'NAME=minimos\n'])('recognises nothing in %j', (text) => {
    expect(detect(text)).toBeUndefined();
  });

  it('looks at release files alone', () => {
    expect(detect('ID=minimos\n', 'etc/alpine-release')).toBeUndefined();
  });
});
