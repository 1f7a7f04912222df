import { describe, expect, it } from 'vitest';
import { nameInside } from './base-name.ts';

describe('nameInside', () => {
  it.each([
    [['debian:13'], 'debian:13'],
    [['docker.io/library/debian:13', 'debian:13'], 'docker.io/library/debian:13'],
    [['localhost:5000/a/b:1@sha256:aa'], 'localhost:5000/a/b:1@sha256:aa'],
    [['latest', 'debian:13'], 'debian:13'],
    [['latest'], undefined],
    [['<none>:<none>'], undefined],
    [['debian:\x1b[31m13'], undefined],
    [['user:password@host/name:1'], undefined],
    [['../image.tar'], undefined],
    [[`a:${'b'.repeat(1000)}`], undefined],
    [[''], undefined],
    [[], undefined],
  ])('%j', (names, expected) => {
    expect(nameInside({ names })).toBe(expected);
  });
});
