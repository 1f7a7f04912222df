import { describe, expect, it } from 'vitest';
import { parseReleaseFields } from '../../formats/release-file.ts';
import { detectChainguard } from './detect.ts';

function detect(text: string, path = 'etc/os-release') {
  return detectChainguard({ path, text, fields: parseReleaseFields(text) });
}

describe('detectChainguard', () => {
  it.each(['ID=chainguard\nVERSION_ID="20230214"\n', 'ID="chainguard"\n'])(
    'recognises %j, whatever its version',
    (text) => {
      expect(detect(text)).toEqual({ id: 'chainguard', version: 'rolling', name: 'Chainguard (rolling)' });
    },
  );

  it.each(['', 'ID=wolfi\nID_LIKE=chainguard\n', 'NAME=chainguard\n'])('recognises nothing in %j', (text) => {
    expect(detect(text)).toBeUndefined();
  });

  it('looks at release files alone', () => {
    expect(detect('ID=chainguard\n', 'etc/alpine-release')).toBeUndefined();
  });
});
