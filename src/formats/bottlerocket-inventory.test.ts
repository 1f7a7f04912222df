import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBottlerocketInventory } from './bottlerocket-inventory.ts';

function parse(value: unknown) {
  return parseBottlerocketInventory(Buffer.from(JSON.stringify(value)));
}

const glibc = {
  Name: 'glibc',
  Publisher: 'bottlerocket-core-kit',
  Version: '2.40',
  Release: '1.1740525475.e3a5862c.br1',
  Epoch: '1',
  InstalledTime: '2025-02-27T20:55:41Z',
  Architecture: 'x86_64',
};

describe('parseBottlerocketInventory', () => {
  it('reads packages', () => {
    expect(
      parse({ Content: [glibc, { ...glibc, Name: 'kmod', Epoch: '0' }, { Name: 'old', Version: '1.19.0' }] }),
    ).toEqual({
      packages: [
        {
          name: 'glibc',
          epoch: 1,
          version: '2.40',
          release: '1.1740525475.e3a5862c.br1',
          arch: 'x86_64',
          publisher: 'bottlerocket-core-kit',
        },
        {
          name: 'kmod',
          version: '2.40',
          release: '1.1740525475.e3a5862c.br1',
          arch: 'x86_64',
          publisher: 'bottlerocket-core-kit',
        },
        { name: 'old', version: '1.19.0' },
      ],
      problems: [],
    });
  });

  it.each([
    ['no list', {}, 'the inventory has no list of packages'],
    ['a list of something else', [glibc], 'the inventory has no list of packages'],
    ['an entry without a version', { Content: [{ Name: 'a' }] }, '1 entries of the inventory are no packages'],
    ['an epoch that is none', { Content: [{ ...glibc, Epoch: 'x' }] }, '1 entries of the inventory are no packages'],
    ['an entry that is no object', { Content: [1] }, '1 entries of the inventory are no packages'],
  ])('says that it has %s', (_, value, message) => {
    expect(parse(value)).toEqual({ packages: [], problems: [expect.stringContaining(message)] });
  });

  it('says that it is no JSON, or was cut', () => {
    expect(parseBottlerocketInventory(Buffer.from('{')).problems).toEqual(['the inventory is no JSON']);
    expect(parseBottlerocketInventory(Buffer.from('{}'), true).problems).toHaveLength(1);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.json(), (text) => void parseBottlerocketInventory(Buffer.from(text))));
  });
});
