import { existsSync, globSync, readFileSync, realpathSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import { javaArchives } from './archives.ts';

const REPOSITORY = '/usr/share/maven-repo/';
/** Versions that Debian writes in place of the real one, for whoever wants any. */
const MARKERS = /^(?:debian|\d+\.x)$/;

interface Published {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
}

/** Debian's own repository of Maven packages, which is links: what archives are called, by the file they lead to. */
function published(): ReadonlyMap<string, readonly Published[]> {
  const found = new Map<string, Published[]>();
  for (const link of globSync(`${REPOSITORY}**/*.jar`)) {
    const parts = link.slice(REPOSITORY.length).split('/');
    const [artifact = '', version = ''] = parts.slice(-3, -1);
    if (MARKERS.test(version) || !existsSync(link)) continue;
    const file = realpathSync(link);
    found.set(file, [...(found.get(file) ?? []), { group: parts.slice(0, -3).join('.'), artifact, version }]);
  }
  return found;
}

const archives = [...published()];

describe.skipIf(archives.length === 0)('archives of Debian (skipped without its Maven packages)', () => {
  it.each(archives)('%s is what the repository calls it', async (file, names) => {
    const content = readFileSync(file);
    const entries = names.map(({ artifact, version }) => ({ path: `opt/${artifact}-${version}.jar`, content }));

    const { facts } = await readLayerWith(javaArchives, entries);

    const found = facts.flatMap((fact) =>
      fact.kind === 'package' ? [`${fact.package.name}@${fact.package.version}`] : [],
    );
    const right = names.map(({ group, artifact, version }) => `${group}:${artifact}@${version}`);
    // Archives without a descriptor of which nothing tells the group. None may have another.
    const bare = names.map(({ artifact, version }) => `${artifact}@${version}`);
    expect([...right, ...bare]).toEqual(
      expect.arrayContaining([found.find((name) => right.includes(name)) ?? found[0]]),
    );
  });

  it('are what the repository calls them where they lie in it', async () => {
    const entries = archives.flatMap(([file, names]) =>
      names.map(({ group, artifact, version }) => ({
        path: `root/.m2/repository/${group.replaceAll('.', '/')}/${artifact}/${version}/${artifact}-${version}.jar`,
        content: readFileSync(file),
      })),
    );

    const { facts } = await readLayerWith(javaArchives, entries);

    const found = new Set(
      facts.map((fact) => (fact.kind === 'package' ? `${fact.package.name}@${fact.package.version}` : '')),
    );
    for (const { group, artifact, version } of archives.flatMap(([, names]) => names)) {
      expect(found).toContain(`${group}:${artifact}@${version}`);
    }
  });
});
