import { describe, expect, it } from 'vitest';
import type { ImageInfo } from '../model/image.ts';
import { fullName, withIdentity } from './identity.ts';

const info: ImageInfo = {
  reference: 'app.tar',
  names: ['nginx:1.25'],
  id: `sha256:${'a'.repeat(64)}`,
  layers: [],
  history: [],
  config: {},
};
const mismatch = { code: 'image.digest-mismatch', message: '' } as const;
const name = 'docker.io/library/nginx:1.25';

describe('withIdentity', () => {
  it.each([
    ['a file whose layers were hashed', [], { hashed: true }, { claimed: { names: ['nginx:1.25'] } }],
    ['a file', [], { hashed: false }, { claimed: { names: ['nginx:1.25'], digests: true } }],
    ['other layers', [mismatch], { hashed: true }, { claimed: { names: ['nginx:1.25'], digests: true } }],
    ['a file with a name', [], { name, hashed: false }, { name, claimed: { digests: true } }],
    ['a registry', [], { name, trusted: true, hashed: false }, { name }],
    ['an engine, by its id', [], { trusted: true, hashed: false }, { claimed: { names: ['nginx:1.25'] } }],
  ])('tells who says what it is: %s', (_, problems, identity, expected) => {
    expect(withIdentity(info, problems, identity)).toEqual({ ...info, ...expected });
  });

  it('tells no more names than anybody reads', () => {
    const names = Array.from({ length: 30 }, (_, i) => `${'n'.repeat(5000)}${i}`);

    const { claimed } = withIdentity({ ...info, names }, [], { hashed: true });

    expect(claimed?.names?.map(({ length }) => length)).toEqual(Array.from({ length: 20 }, () => 4096));
  });
});

describe('fullName', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['ghcr.io/a/b:1', 'ghcr.io/a/b:1'],
    ['./nginx', undefined],
  ])('%s is %s', (text, expected) => {
    expect(fullName(text)).toBe(expected);
  });
});
