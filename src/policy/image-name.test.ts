import { describe, expect, it } from 'vitest';
import type { Report } from '../model/report.ts';
import { claimsToMatch, matchesImage } from './image-name.ts';

const digest = `sha256:${'d'.repeat(64)}`;
const other = `sha256:${'e'.repeat(64)}`;

type Identity = Partial<Pick<Report['image'], 'name' | 'claimed' | 'digest' | 'id'>>;

const of = (reference: string, more: Identity = {}): Pick<Report, 'image'> => ({
  image: { reference, layers: [], history: [], ...more },
});
const nginx = of('nginx:1.25', { name: 'docker.io/library/nginx:1.25', digest });
const archive = of('build/app.tar', { id: digest, claimed: { names: ['nginx:1.25'] } });
const unhashed = of('build/app.tar', { id: digest, claimed: { digests: true } });
const bill = of('nginx:1.25', { digest, claimed: { names: ['nginx:1.25'], digests: true } });
const stated = of('build/app.tar', { id: digest, name: 'docker.io/library/nginx:1.25' });

describe('matchesImage', () => {
  it.each([
    ['nginx', nginx, true],
    ['docker.io/library/nginx', nginx, true],
    ['library/nginx:1.*', nginx, true],
    ['nginx:1.26', nginx, false],
    ['ghcr.io/library/nginx', nginx, false],
    [digest, nginx, true],
    [`nginx@${digest}`, nginx, true],
    [`nginx@${other}`, nginx, false],
    ['**', nginx, true],
    // An archive says what it likes of itself.
    ['nginx', archive, false],
    ['nginx:1.25', archive, false],
    ['**/nginx', archive, false],
    [`nginx@${digest}`, archive, false],
    [digest, archive, true],
    [other, archive, false],
    ['build/app.tar', archive, true],
    ['build/*.tar', archive, true],
    ['**', archive, true],
    // Its path is no name of Docker Hub.
    ['docker.io/build/app.tar', archive, false],
    ['build/*', archive, false],
    ['nginx', of('nginx'), false],
    ['nginx', of('library/nginx'), false],
    ['ghcr.io/example/**', of('ghcr.io/example/app'), false],
    ['dir:nginx', of('dir:nginx'), true],
    // The configuration of one image with the layers of another.
    [digest, unhashed, false],
    // A bill of materials is called as it says.
    ['nginx', bill, false],
    ['nginx:1.25', bill, false],
    [digest, bill, false],
    ['*.tar', of('app.tar', { claimed: { names: ['app.tar'] } }), false],
    // The user knows what it is.
    ['nginx', stated, true],
    ['nginx:1.26', stated, false],
    ['build/app.tar', stated, true],
    ['app', of('app', { name: 'docker.io/library/nginx:1.25' }), false],
  ])('%s of %j: %s', (pattern, report, expected) => {
    expect(matchesImage(pattern, report)).toBe(expected);
  });
});

describe('claimsToMatch', () => {
  it.each([
    ['nginx', archive, true],
    ['nginx:1.26', archive, false],
    [`nginx@${digest}`, archive, true],
    [digest, unhashed, true],
    [other, unhashed, false],
    ['nginx', bill, true],
    ['nginx', of('nginx'), true],
    ['build/*', archive, true],
    ['ghcr.io/**', archive, false],
    // What somebody else names claims nothing.
    ['build/app.tar', stated, false],
  ])('%s of %j: %s', (pattern, report, expected) => {
    expect(claimsToMatch(pattern, report)).toBe(expected);
  });
});
