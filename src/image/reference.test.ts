import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorTime } from '../../test/support/processor-time.ts';
import { UsageError } from '../errors.ts';
import { formatImageReference, parseImageReference } from './reference.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('parseImageReference', () => {
  it.each(['me:hunter2@localhost:5000/app', 'me@host/app:1', `me:hunter2@host/app@${digest}`])(
    'refuses credentials, and repeats none: %s',
    (text) => {
      expect(() => parseImageReference(text)).toThrow('credentials are no part of an image reference');
      expect(() => parseImageReference(text)).not.toThrow(/hunter2/);
    },
  );

  it.each([
    ['alpine', 'docker.io/library/alpine:latest'],
    ['alpine:3.20', 'docker.io/library/alpine:3.20'],
    ['me/app', 'docker.io/me/app:latest'],
    ['a/b/c', 'docker.io/a/b/c:latest'],
    ['docker.io/alpine', 'docker.io/library/alpine:latest'],
    ['index.docker.io/alpine', 'docker.io/library/alpine:latest'],
    ['registry-1.docker.io/library/alpine', 'docker.io/library/alpine:latest'],
    ['docker.io/me/app', 'docker.io/me/app:latest'],
    ['ghcr.io/me/app:1', 'ghcr.io/me/app:1'],
    ['GHCR.io/me/app:1', 'ghcr.io/me/app:1'],
    ['HOST/app', 'host/app:latest'],
    ['localhost/app', 'localhost/app:latest'],
    ['localhost:5000/app', 'localhost:5000/app:latest'],
    ['host:5000/app:5000', 'host:5000/app:5000'],
    ['[::1]:5000/app', '[::1]:5000/app:latest'],
    ['10.0.0.1/app', '10.0.0.1/app:latest'],
    ['host/app', 'docker.io/host/app:latest'],
    ['app:5000', 'docker.io/library/app:5000'],
    ['a__b/c.d/e-----f', 'docker.io/a__b/c.d/e-----f:latest'],
    ['app:V1.0_x-Y', 'docker.io/library/app:V1.0_x-Y'],
    [`app:${'t'.repeat(128)}`, `docker.io/library/app:${'t'.repeat(128)}`],
    [`alpine@${digest}`, `docker.io/library/alpine@${digest}`],
    [`ghcr.io/a/b:1@${digest}`, `ghcr.io/a/b:1@${digest}`],
    [`app@sha512:${'a'.repeat(128)}`, `docker.io/library/app@sha512:${'a'.repeat(128)}`],
  ])('%s is %s', (text, full) => {
    expect(formatImageReference(parseImageReference(text))).toBe(full);
  });

  it.each([
    ['', 'it is empty'],
    ['Alpine', 'lower case, unlike "Alpine"'],
    ['ghcr.io/Me/app', 'lower case, unlike "Me"'],
    ['https://ghcr.io/me/app', 'must not begin with "https://"'],
    ['ghcr.io/', 'a part of the name is empty'],
    ['a//b', 'a part of the name is empty'],
    ['/app', 'a part of the name is empty'],
    ['app/', 'a part of the name is empty'],
    ['a___b', '"a___b" is not made of'],
    ['a..b', '"a..b" is not made of'],
    ['-a', '"-a" is not made of'],
    ['../etc/passwd', '".." is no name of a registry'],
    ['a b', '"a b" is not made of'],
    ['app:', 'the tag ""'],
    ['app:-x', 'the tag "-x"'],
    ['app:a/b:c?', 'the tag "c?"'],
    ['app:a/b', 'no name of a registry'],
    [`app:${'t'.repeat(129)}`, 'at most 128'],
    ['app@', '"" is no digest'],
    ['app@latest', '"latest" is no digest'],
    ['app@sha256:abc', 'is no digest'],
    [`app@sha256:${'A'.repeat(64)}`, 'is no digest'],
    [`app@sha256:${'a'.repeat(63)}`, 'a sha256 digest has 64 digits, not 63'],
    ['a'.repeat(64), 'an image id'],
    ['host:99999/app', 'no such port'],
    ['host.:5000/app', '"host.:5000" is no name of a registry'],
    ['[::1/app', 'no name of a registry'],
    [`host.example/${'a/'.repeat(130)}a`, 'more than 255 characters'],
    ['a'.repeat(2000), 'too long'],
  ])('%j is refused', (text, words) => {
    const error = (() => {
      try {
        return parseImageReference(text);
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toContain(words);
  });

  it('reads its own full form back, and ends for every text', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    const registry = fc.constantFrom('docker.io', 'ghcr.io', 'localhost:5000', '[::1]:80', 'a.b-c.example');
    fc.assert(
      fc.property(registry, fc.array(part, { minLength: 2, maxLength: 4 }), part, (host, parts, tag) => {
        const full = `${host}/${parts.join('/')}:${tag}`;
        expect(formatImageReference(parseImageReference(full))).toBe(full);
      }),
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z./:@_-]{0,200}$/)), (text) => {
        try {
          const { registry: host, repository } = parseImageReference(text);
          expect(`${host}/${repository}`).toMatch(/^[a-z0-9.:[\]-]+(?:\/[a-z0-9._-]+)+$/);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });

  it('takes linear time', () => {
    const spent = processorTime(() => {
      for (const text of [`${'a-'.repeat(500)}!`, `${'a.'.repeat(500)}/x`, `a@${'a+'.repeat(500)}:`]) {
        expect(() => parseImageReference(text)).toThrow(UsageError);
      }
    });
    expect(spent).toBeLessThan(1000);
  });
});
