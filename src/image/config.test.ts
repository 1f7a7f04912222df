import { describe, expect, it } from 'vitest';
import { parseConfig, platformName } from './config.ts';
import { choosePlatform } from './platform.ts';

const forged = { os: 'linux\n  packages      none found\r\n', architecture: 'amd64\u2028x', variant: '\n' };

describe('platformName', () => {
  it.each([
    ['system and architecture', { os: 'linux', architecture: 'amd64' }, 'linux/amd64'],
    ['a variant', { os: 'linux', architecture: 'arm', variant: 'v7' }, 'linux/arm/v7'],
    ['nothing', {}, ''],
    ['what is no text', { os: 7, architecture: ['amd64'] }, ''],
    ['line breaks', forged, 'linux   packages      none found/amd64 x'],
    ['escapes of terminals', { os: '\u001b[2Jlinux\u0007', architecture: 'a\u0085b' }, '[2Jlinux/a b'],
  ])('of %s', (_, platform, expected) => {
    expect(platformName(platform)).toBe(expected);
  });

  it('is one line in a configuration', () => {
    expect(parseConfig(forged).platform).toBe('linux   packages      none found/amd64 x');
  });

  it('is one line in the error that lists what there is', () => {
    const choose = () => choosePlatform('x', [{ platform: platformName(forged) }], 'linux/s390x');
    expect(choose).toThrow(/^[^\n]*Available: linux {3}packages {6}none found\/amd64 x\. Choose/);
  });
});
