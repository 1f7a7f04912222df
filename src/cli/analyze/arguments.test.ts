import { describe, expect, it } from 'vitest';
import { parseArguments } from './arguments.ts';

const standard = {
  endpoint: 'http://127.0.0.1:6060',
  myAddress: '127.0.0.1',
  minimumSeverity: 'Negligible',
  color: 'auto',
};

describe('parseArguments', () => {
  it.each<[string, readonly string[], object]>([
    ['an image', ['a'], { ...standard, image: 'a' }],
    ['two hyphens', ['--color', 'never', 'a'], { ...standard, color: 'never', image: 'a' }],
    ['a value behind =', ['-endpoint=http://x=y', 'a'], { ...standard, endpoint: 'http://x=y', image: 'a' }],
    ['an empty value', ['-my-address=', 'a'], { ...standard, myAddress: '', image: 'a' }],
    ['a value that looks like a flag', ['-my-address', '-h', 'a'], { ...standard, myAddress: '-h', image: 'a' }],
    ['the last of several', ['-color', 'never', '-color', 'always', 'a'], { ...standard, color: 'always', image: 'a' }],
    ['a colour that is none', ['-color', 'blue', 'a'], { ...standard, image: 'a' }],
    [
      'a severity in any case',
      ['-minimum-severity', 'dEFCON1', 'a'],
      { ...standard, minimumSeverity: 'Defcon1', image: 'a' },
    ],
    ['an end of flags', ['--', '-a'], { ...standard, image: '-a' }],
    ['a lone hyphen', ['-'], { ...standard, image: '-' }],
    [
      'flags behind the image',
      ['a', '-color', 'never'],
      { complaint: 'flag behind the image: -color (options stand before image-id)', status: 1 },
    ],
    [
      'a flag with its value behind the image, which may be secret',
      ['-color', 'never', 'a', '--endpoint=http://u:p@x'],
      { complaint: 'flag behind the image: --endpoint (options stand before image-id)', status: 1 },
    ],
    ['two images', ['a', 'b'], { status: 1 }],
    ['a hyphen behind the image', ['a', '-'], { status: 1 }],
    ['an unknown severity', ['-minimum-severity', 'Foo', 'a'], { status: 1 }],
    ['no image', ['-color', 'never'], { status: 1 }],
    ['help', ['-color', 'never', '--help'], { status: 0 }],
    ['help among unknown', ['-h', '-foo'], { status: 0 }],
    ['an unknown flag', ['-foo', 'a'], { complaint: 'flag provided but not defined: -foo', status: 2 }],
    ['a flag without its value', ['-color'], { complaint: 'flag needs an argument: -color', status: 2 }],
    ['three hyphens', ['---color'], { complaint: 'bad flag syntax: ---color', status: 2 }],
    ['a flag without a name', ['-=x'], { complaint: 'bad flag syntax: -=x', status: 2 }],
  ])('reads %s', (_, words, expected) => {
    expect(parseArguments(words)).toEqual(expected);
  });
});
