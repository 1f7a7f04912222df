import { describe, expect, it } from 'vitest';
import { effectiveConfiguration, effectiveLine } from './effective.ts';
import { type OptionName, type OptionSpec, optionNames } from './options.ts';
import { resolveConfiguration } from './settings.ts';

const text: OptionSpec = { kind: 'text', description: '' };

describe('effectiveLine', () => {
  it.each<[string, OptionName, OptionSpec, unknown, string]>([
    ['a value', 'platform', text, 'linux/arm64', 'platform: "linux/arm64"  # --x'],
    ['a duration', 'timeout', { kind: 'duration', description: '' }, 90_000, 'timeout: 90000ms  # --x'],
    [
      'files',
      'output',
      { kind: 'outputs', description: '' },
      [{ format: 'json', file: '/a b' }],
      'output: ["json=/a b"]  # --x',
    ],
    ['what is not set', 'db', text, undefined, '# db: not set'],
    [
      'a flag that no file can have',
      'force',
      { kind: 'switch', description: '', only: 'flag' },
      true,
      '# force: true  # --x; flag only',
    ],
    ['a secret', 'mirror', { ...text, secret: true }, 'hush', '# mirror: ***  # --x; what is secret is not shown'],
    [
      'an address with a password',
      'mirror',
      text,
      'https://me:p@ss@mirror.example/a@b',
      '# mirror: "https://***@mirror.example/a@b"  # --x; what is secret is not shown',
    ],
    [
      'a password within a list',
      'checks',
      { kind: 'words', description: '' },
      ['a=http://me:pass@b.example', 'c'],
      '# checks: ["a=http://***@b.example","c"]  # --x; what is secret is not shown',
    ],
    ['an address without', 'mirror', text, 'https://mirror.example/a@b', 'mirror: "https://mirror.example/a@b"  # --x'],
    ['a comment in a value', 'platform', text, 'a # b\nc', String.raw`platform: "a # b\nc"  # --x`],
  ])('shows %s', (_, name, spec, value, expected) => {
    expect(effectiveLine(name, spec, value, '--x')).toBe(expected);
  });
});

describe('effectiveConfiguration', () => {
  it('has every option once, with its source', async () => {
    const configuration = await resolveConfiguration({
      flags: new Map([['print-effective', true]]),
      environment: { DRYDOCK_FAIL_ON: 'low' },
      folder: '/',
      withoutFile: true,
    });
    const [first, ...lines] = effectiveConfiguration(configuration).trimEnd().split('\n');
    expect(first).toBe('# configuration file: none');
    // One line begins the section.
    const own = lines.filter((line) => line !== 'server:');
    const keys = own.map((line) => /^ *(?:# )?([\w-]+):/.exec(line)?.[1]);
    expect(keys.toSorted()).toEqual(optionNames.toSorted());
    expect(
      lines.filter((line) => !/^server:$|# (?:default|DRYDOCK_FAIL_ON|--print-effective)|: not set$/.test(line)),
    ).toEqual([]);
  });
});
