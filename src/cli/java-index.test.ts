import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { dockerArchive, layer } from '../../test/support/image.ts';
import { runDrydock } from '../../test/support/run.ts';
import { writeTemporary } from '../../test/support/temporary.ts';
import { zip } from '../../test/support/zip.ts';
import type { Report } from '../model/report.ts';

const bare = zip([{ name: 'org/wharf/Crane.class', content: 'crane' }]);
const guessed = zip([{ name: 'org/wharf/Rope.class', content: 'rope' }]);
const certain = zip([
  {
    name: 'META-INF/maven/org.wharf/bollard/pom.properties',
    content: 'groupId=org.wharf\nartifactId=bollard\nversion=3\n',
  },
  { name: 'org/wharf/Bollard.class', content: 'bollard' },
]);
const outer = zip([{ name: 'lib/bare.jar', content: bare }]);
const image = writeTemporary(
  'image.tar',
  dockerArchive({
    layers: [
      layer([
        { path: 'srv/unnamed.jar', content: bare },
        { path: 'srv/rope-1.0.jar', content: guessed },
        { path: 'srv/bollard.jar', content: certain },
        { path: 'srv/outer.war', content: outer },
      ]),
    ],
  }),
);

async function scanned(...words: readonly string[]): Promise<{ packages: readonly string[]; unidentified: boolean }> {
  const { stdout } = await runDrydock(['scan', '--offline', '-q', '--format', 'json', ...words, image]);
  const { packages, problems } = JSON.parse(stdout) as Report;
  return {
    packages: packages.map(({ name, version, locations }) => `${name}@${version} ${locations.join(' ')}`),
    unidentified: problems.some(({ code }) => code === 'packages.unidentified'),
  };
}

describe('an index of Java archives', () => {
  it('names what does not tell its name for certain, and nothing else', async () => {
    const index = writeTemporary(
      'index.txt',
      [
        '# digest artifact',
        `${hash('sha1', bare)}  org.wharf:crane:7.1`,
        `${hash('sha1', guessed).toUpperCase()} org.wharf:rope-core:1.0.2`,
        `${hash('sha1', certain)} org.evil:other:9`,
        '',
      ].join('\n'),
    );

    expect(await scanned()).toEqual({
      packages: ['org.wharf:bollard@3 srv/bollard.jar', 'rope@1.0 srv/rope-1.0.jar'],
      unidentified: true,
    });
    expect(await scanned('--java-index', index)).toEqual({
      packages: [
        'org.wharf:bollard@3 srv/bollard.jar',
        'org.wharf:crane@7.1 srv/outer.war!/lib/bare.jar srv/unnamed.jar',
        'org.wharf:rope-core@1.0.2 srv/rope-1.0.jar',
      ],
      unidentified: false,
    });
  });

  it('that is none is told before anything is read', async () => {
    const { status, stderr } = await runDrydock(['scan', '--offline', '--java-index', '/nowhere/index.txt', image]);

    expect(stderr).toContain('--java-index: "/nowhere/index.txt" is no file that can be read.');
    expect(status).toBe(2);
  });

  it('says which lines are no entries', async () => {
    const index = writeTemporary('index.txt', `${hash('sha1', bare)} org.wharf:crane:7.1\nhello\n`);
    const { stderr } = await runDrydock(['scan', '--offline', '--java-index', index, image]);

    expect(stderr).toContain('1 lines are no entry of an index (the first of them line 2); they were passed over.');
  });
});
