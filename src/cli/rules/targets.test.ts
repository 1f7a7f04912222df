import { describe, expect, it } from 'vitest';
import { UsageError } from '../../errors.ts';
import type { SetRecord } from '../../rules/set-record.ts';
import { updateTargets } from './targets.ts';

const digest = 'a'.repeat(64);
const at = '2026-01-01T00:00:00.000Z';
const set = (name: string, url?: string): SetRecord => ({
  version: 1,
  name,
  checkedAt: at,
  current: { folder: 'g1', updatedAt: at, parts: [] },
  ...(url !== undefined && { url }),
});
const installed = [set('bartblaze'), set('own', 'https://rules.example/own.zip'), set('by-hand')];
const mirror = 'https://mirror.example/drydock/';

describe('updateTargets', () => {
  it.each<[string, string | undefined, string, string | undefined]>([
    ['signature-base', undefined, 'https://github.com/Neo23x0/signature-base/archive/HEAD.tar.gz', undefined],
    ['signature-base', mirror, 'https://mirror.example/drydock/rules/signature-base.tar.gz', undefined],
    [`elastic=sha256:${digest}`, mirror, 'https://mirror.example/drydock/rules/elastic.tar.gz', digest],
    [`elastic=sha256:${digest.toUpperCase()}`, mirror, 'https://mirror.example/drydock/rules/elastic.tar.gz', digest],
    ['yara-forge-core', mirror, 'https://mirror.example/drydock/rules/yara-forge-rules-core.zip', undefined],
    ['own', undefined, 'https://rules.example/own.zip', undefined],
    ['own', mirror, 'https://rules.example/own.zip', undefined],
    ['new=https://x.example/a.zip', undefined, 'https://x.example/a.zip', undefined],
    [`new=https://x.example/a.zip?b=c#sha256:${digest}`, undefined, 'https://x.example/a.zip?b=c', digest],
    ['clamav=https://mirror.example/clamav/', undefined, 'https://mirror.example/clamav/', undefined],
    ['clamav', mirror, 'https://mirror.example/drydock/rules/clamav/', undefined],
  ])('%s, mirror %s: %s', (word, base, url, sha256) => {
    const [target] = updateTargets([word], installed, base);
    expect([target?.url, target?.sha256]).toEqual([url, sha256]);
  });

  it('knows what a public set is, unless it comes from elsewhere', () => {
    expect(updateTargets(['elastic'], [], undefined)[0]?.source?.licence).toBe('Elastic-2.0');
    expect(updateTargets(['elastic=https://x.example/a.zip'], [], undefined)[0]?.source).toBeUndefined();
  });

  it('takes all that can be fetched where nothing is named', () => {
    expect(updateTargets([], installed, undefined).map(({ name }) => name)).toEqual(['bartblaze', 'own']);
  });

  it.each<[string, RegExp]>([
    ['elastik', /no set of rules that is known.* Did you mean .*elastic/],
    ['by-hand', /by-hand was imported: import it again/],
    ['Own', /no name of a set/],
    ['../x', /no name of a set/],
    ['starter', /no name of a set/],
    ['clamav', /serves freshclam alone.*rules import \/var\/lib\/clamav/],
    ['clamav=https://database.clamav.net/', /serves freshclam alone/],
    ['new=ftp://x.example/a.zip', /no http or https address.*rules import/],
    ['new=/srv/rules', /no http or https address.*rules import/],
    ['new=sha256:abc', /no http or https address/],
  ])('refuses %s', (word, words) => {
    expect(() => updateTargets([word], installed, undefined)).toThrow(words);
    expect(() => updateTargets([word], installed, undefined)).toThrow(UsageError);
  });

  it('refuses to update where there is nothing, and a mirror that is none', () => {
    expect(() => updateTargets([], [], undefined)).toThrow(/There are no rules yet.*signature-base/);
    expect(() => updateTargets(['elastic'], [], 'mirror')).toThrow(/no http or https address/);
  });
});
