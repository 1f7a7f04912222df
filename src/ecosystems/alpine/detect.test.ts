import { describe, expect, it } from 'vitest';
import { parseReleaseFields } from '../../formats/release-file.ts';
import { detectAlpine } from './detect.ts';

function detect(version: string): string | undefined {
  const text = `ID=alpine\nVERSION_ID=${version}\n`;
  const file = { path: 'etc/os-release', text, fields: parseReleaseFields(text) };
  return detectAlpine(file, [file])?.version;
}

describe('detectAlpine', () => {
  it.each([
    ['3.20.3', 'v3.20'],
    ['3.20', 'v3.20'],
    ['3.20.0_rc1', 'v3.20'],
    ['3.14.0_alpha20210212', 'edge'],
    ['3.24.0_alpha20260127', 'edge'],
    ['3.6.0_git20170320', 'edge'],
    ['4.0.1', 'v4.0'],
  ])('takes %s for %s', (version, branch) => {
    expect(detect(version)).toBe(branch);
  });

  it.each(['', 'edge', '3', '3.x', '3.20.3; rm', '20230901'])('recognises nothing in %j', (version) => {
    expect(detect(version)).toBeUndefined();
  });
});
