import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { UsageError } from '../errors.ts';
import { type Configuration, type ConfigurationSources, resolveConfiguration } from './settings.ts';

const home = temporaryFolder();
mkdirSync(`${home}/etc`);

async function settle(more: Partial<ConfigurationSources>): Promise<Configuration['settings']> {
  const sources = { flags: new Map(), environment: {}, folder: home, withoutFile: true };
  return (await resolveConfiguration({ ...sources, ...more })).settings;
}

const flags = (output: readonly string[], format?: string) =>
  new Map<string, string | readonly string[]>([
    ['output', output],
    ...(format === undefined ? [] : [['format', format] as const]),
  ]);

describe('outputs', () => {
  it.each<[string, Partial<ConfigurationSources>, string, readonly object[]]>([
    ['nothing', {}, 'table', []],
    ['a file', { flags: flags(['json=r.json']) }, 'table', [{ format: 'json', file: `${home}/r.json` }]],
    [
      'files in several formats',
      { flags: flags(['json=r.json', 'sarif=/r.sarif'], 'table') },
      'table',
      [
        { format: 'json', file: `${home}/r.json` },
        { format: 'sarif', file: '/r.sarif' },
      ],
    ],
    ['standard output by its hyphen', { flags: flags(['json=-']) }, 'json', []],
    ['standard output by a format alone', { flags: flags(['JSON']) }, 'json', []],
    ['standard output, twice the same', { flags: flags(['json=-'], 'json') }, 'json', []],
    [
      'a file in place of standard output',
      { flags: flags(['r.sarif'], 'sarif') },
      'sarif',
      [{ format: 'sarif', file: `${home}/r.sarif`, instead: true }],
    ],
    [
      'a file in place of standard output, and another one',
      { flags: flags(['etc/r', 'json=r.json'], 'table') },
      'table',
      [
        { format: 'table', file: `${home}/etc/r`, instead: true },
        { format: 'json', file: `${home}/r.json` },
      ],
    ],
    ['a flag before a variable', { flags: flags(['json=-']), environment: { DRYDOCK_FORMAT: 'spdx' } }, 'json', []],
    [
      'the format of a flag before the output of a variable',
      { flags: new Map([['format', 'table']]), environment: { DRYDOCK_OUTPUT: 'json=-' } },
      'table',
      [],
    ],
    [
      'what the command does not have in a variable',
      { environment: { DRYDOCK_OUTPUT: 'sarif=-' }, formats: ['openvex', 'csaf'] },
      'openvex',
      [],
    ],
  ])('take %s', async (_, sources, format, output) => {
    expect(await settle(sources)).toMatchObject({ format, output });
  });

  it.each<[string, Partial<ConfigurationSources>, string]>([
    [
      'two reports on standard output',
      { flags: flags(['json=-'], 'table') },
      '--output: json and table (--format) cannot both go to standard output. Write one of them to a file: json=FILE.',
    ],
    [
      'standard output, named twice',
      { flags: flags(['json', 'table=-']) },
      '--output: standard output is named twice, and takes one report.',
    ],
    [
      'a file whose format nobody says',
      { flags: flags(['out/r.json']) },
      '--output: FORMAT=FILE is expected, not "r.json" alone, unless --format says in which. For example: json=r.json',
    ],
    [
      'a file whose format nobody says, where there are other formats',
      { flags: flags(['r.json']), formats: ['cyclonedx', 'spdx'] },
      '--output: FORMAT=FILE is expected, not "r.json" alone, unless --format says in which. For example: cyclonedx=r.json',
    ],
    [
      'two files in place of standard output',
      { flags: flags(['a.json', 'b.json'], 'json') },
      '--output: "a.json" takes the place of standard output, and only one can. Write FORMAT=FILE for each.',
    ],
    [
      'a file in place of standard output, and standard output',
      { flags: flags(['a.json', 'table=-'], 'json') },
      '--output: "a.json" takes the place of standard output, and only one can. Write FORMAT=FILE for each.',
    ],
    [
      'a file twice',
      { flags: flags(['a.json', 'json=a.json'], 'table') },
      `--output: "${home}/a.json" is named twice; every report needs its own file.`,
    ],
    [
      'a format that the command does not have',
      { flags: flags(['sarif=a']), formats: ['cyclonedx', 'spdx'] },
      '--output: "sarif" is not one of cyclonedx, spdx.',
    ],
    [
      'a format that is misspelt',
      { flags: flags(['jsn']) },
      '--output: FORMAT=FILE is expected, not "jsn". Did you mean "json"?',
    ],
  ])('refuse %s', async (_, sources, message) => {
    await expect(settle(sources)).rejects.toThrow(new UsageError('usage.option', message));
  });
});
