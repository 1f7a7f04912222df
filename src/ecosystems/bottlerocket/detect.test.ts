import { describe, expect, it } from 'vitest';
import { parseReleaseFields } from '../../formats/release-file.ts';
import { detectBottlerocket } from './detect.ts';

function detect(path: string, text: string) {
  return detectBottlerocket({ path, text, fields: parseReleaseFields(text) });
}

describe('detectBottlerocket', () => {
  it('recognises os-release', () => {
    const text =
      'NAME=Bottlerocket\nID=bottlerocket\nVERSION="1.20.0 (aws-k8s-1.29)"\nVARIANT_ID=aws-k8s-1.29\nVERSION_ID=1.20.0\n';
    expect(detect('etc/os-release', text)).toEqual({ id: 'bottlerocket', version: '1', name: 'Bottlerocket 1' });
  });

  it.each(['ID=other\nVERSION_ID=1.20.0\n', 'ID=bottlerocket\n', 'ID=bottlerocket\nVERSION_ID=x\n'])(
    'recognises nothing in %j',
    (text) => {
      expect(detect('etc/os-release', text)).toBeUndefined();
    },
  );
});
