import { describe, expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import { rpmManifest } from './manifest.ts';

const PATH = 'var/lib/rpmmanifest/container-manifest-2';

function line(...fields: readonly string[]): string {
  const given = [...fields];
  const defaults = [
    'filesystem',
    '1.1-12.cm2',
    '1693000000',
    '1690000000',
    'Microsoft Corporation',
    '(none)',
    '7596',
    'x86_64',
    '0',
  ];
  const all = defaults.map((text, i) => given[i] ?? text);
  return [...all, given[9] ?? `${all[0]}-${all[1]}.src.rpm`].join('\t');
}

async function read(content: string) {
  return await readLayerWith(rpmManifest, [{ path: PATH, content }]);
}

describe('rpmManifest', () => {
  it('asks for the manifest alone', async () => {
    const paths = [PATH, 'var/lib/rpmmanifest/container-manifest-1', `opt/${PATH}`];
    const { asked } = await readLayerWith(
      rpmManifest,
      paths.map((path) => ({ path, content: `${line()}\n` })),
    );

    expect(asked).toEqual([PATH]);
  });

  it('gives the packages that it lists', async () => {
    const text = [
      line(),
      line(
        'openssl-libs',
        '1.1.1k-27.cm2',
        '1',
        '1',
        'Microsoft Corporation',
        '(none)',
        '1',
        'x86_64',
        '0',
        'openssl-1.1.1k-27.cm2.src.rpm',
      ),
      line('vim', '9.0-1', '1', '1', '(none)', '2', '1', 'noarch', '2'),
      line('epoch-as-number', '1-1', '1', '1', '(none)', '(none)', '1', 'noarch', '3', '(none)'),
      line('gpg-pubkey', '3135ce90-5e6fda74'),
      '',
    ].join('\n');
    const { facts, problems } = await read(text);
    const vendor = 'Microsoft Corporation';

    expect(problems).toEqual([]);
    expect(facts).toEqual([
      {
        kind: 'package-database',
        slot: 'rpm',
        path: PATH,
        packages: [
          { name: 'filesystem', version: '1.1-12.cm2', type: 'rpm', arch: 'x86_64', vendor },
          {
            name: 'openssl-libs',
            version: '1.1.1k-27.cm2',
            type: 'rpm',
            arch: 'x86_64',
            source: { name: 'openssl', version: '1.1.1k-27.cm2' },
            vendor,
          },
          { name: 'vim', version: '2:9.0-1', type: 'rpm', arch: 'noarch' },
          { name: 'epoch-as-number', version: '3:1-1', type: 'rpm', arch: 'noarch' },
        ],
      },
    ]);
  });

  it.each([
    ['nothing', '', 'packages.none', 'the manifest of rpm packages lists none'],
    ['a word', 'x\n', 'file.format', 'line 1 was left out: it has 1 of 10 fields'],
    ['a field more', `${line()}\tmore\n`, 'file.format', 'line 1 was left out: it has 11 of 10 fields'],
    ['no name', `${line('', '1-1')}\n`, 'file.format', 'line 1 was left out: it has no name or no version'],
    [
      'a long field',
      `${line('x'.repeat(5000))}\n`,
      'file.format',
      'line 1 was left out: it has a field that is too long',
    ],
    ['a cut line', line().slice(0, -3), 'file.format', 'the file ends within line 1, which may be cut'],
  ])('says what is wrong with %s', async (_, text, code, message) => {
    const { problems } = await read(text);

    expect(problems[0]).toMatchObject({ code, message, path: PATH, analyzer: 'rpm-manifest' });
  });

  it('reads a last line that is whole but not ended', async () => {
    const { facts, problems } = await read(`${line()}\n${line('last')}`);

    expect(problems).toEqual([]);
    expect(facts).toMatchObject([{ packages: [{ name: 'filesystem' }, { name: 'last' }] }]);
  });

  it('counts what it does not say line by line', async () => {
    const { problems } = await read(`${'x\n'.repeat(1000)}${line()}\n`);

    expect(problems).toHaveLength(20);
    expect(problems.at(-1)?.message).toBe('981 more like these');
  });
});
