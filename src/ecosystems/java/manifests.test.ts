import { describe, expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import { javaManifests } from './manifests.ts';
import { javaRuntimes } from './runtimes.ts';

const dependency = (artifact: string, more = ''): string =>
  `<dependency><groupId>g</groupId><artifactId>${artifact}</artifactId>${more}</dependency>`;

describe('javaManifests', () => {
  it('puts in what parents of the same layer say, wherever they stand', async () => {
    const child = `<project><parent><groupId>g</groupId><artifactId>top</artifactId><version>1</version></parent><artifactId>child</artifactId>
      <dependencies>${dependency('a')}${dependency('b', `<version>\${b}</version><scope>test</scope>`)}</dependencies></project>`;
    const parent = `<project><groupId>g</groupId><artifactId>top</artifactId><version>1</version><properties><b>2</b></properties>
      <dependencyManagement><dependencies>${dependency('a', '<version>3</version>')}</dependencies></dependencyManagement></project>`;

    const { facts } = await readLayerWith(javaManifests, [
      { path: 'src/child/pom.xml', content: child },
      { path: 'src/pom.xml', content: parent },
    ]);

    expect(facts).toEqual([
      {
        kind: 'package',
        path: 'src/child/pom.xml',
        package: { type: 'maven', name: 'g:a', version: '3', evidence: 'manifest' },
      },
      {
        kind: 'package',
        path: 'src/child/pom.xml',
        package: { type: 'maven', name: 'g:b', version: '2', evidence: 'manifest', groups: ['test'] },
      },
    ]);
  });

  it('takes no parent that is another project, and none that leads in a circle', async () => {
    const pom = (artifact: string, parent: string): string =>
      `<project><groupId>g</groupId><artifactId>${artifact}</artifactId><parent><groupId>g</groupId><artifactId>${parent}</artifactId>
      <relativePath>../${parent}/pom.xml</relativePath></parent><dependencies>${dependency(artifact.repeat(2), '<version>1</version>')}</dependencies></project>`;

    const { facts } = await readLayerWith(javaManifests, [
      { path: 'a/pom.xml', content: pom('a', 'b') },
      { path: 'b/pom.xml', content: pom('b', 'a') },
      { path: 'c/pom.xml', content: pom('c', 'd') },
      { path: 'd/pom.xml', content: pom('x', 'none') },
    ]);

    expect(facts.map((fact) => (fact.kind === 'package' ? `${fact.path} ${fact.package.name}` : ''))).toEqual([
      'a/pom.xml g:aa',
      'a/pom.xml g:bb',
      'b/pom.xml g:bb',
      'b/pom.xml g:aa',
      'c/pom.xml g:cc',
      'd/pom.xml g:xx',
    ]);
  });

  it('tells what only tests use', async () => {
    const content =
      'g:a:1=compileClasspath,testRuntimeClasspath\ng:b:1=testCompileClasspath,testRuntimeClasspath\ng:c:1=latestJars\n';

    const { facts } = await readLayerWith(javaManifests, [{ path: 'gradle.lockfile', content }]);

    expect(facts.map((fact) => (fact.kind === 'package' ? fact.package.groups : ''))).toEqual([
      undefined,
      ['test'],
      undefined,
    ]);
  });

  it.each([
    ['pom.xml', 5],
    ['gradle.lockfile', 33],
    ['gradle/verification-metadata.xml', 33],
    ['gradle/libs.versions.toml', 5],
  ])('names %s of %d MiB, and leaves it out', async (path, size) => {
    const { facts, problems, asked } = await readLayerWith(javaManifests, [
      { path, content: Buffer.alloc(size * 1024 * 1024, ' ') },
    ]);

    expect({ facts, asked }).toEqual({ facts: [], asked: [] });
    expect(problems).toMatchObject([{ code: 'lockfile.unreadable', path }]);
  });

  it.each(['pom.xml', 'gradle/verification-metadata.xml', 'gradle/libs.versions.toml', 'gradle.lockfile'])(
    'names %s that is something else',
    async (path) => {
      const { facts, problems } = await readLayerWith(javaManifests, [{ path, content: '[1, {"a": 2}' }]);

      expect(facts).toEqual([]);
      expect(problems).toMatchObject([{ code: 'lockfile.unreadable', path }]);
    },
  );

  it('asks for nothing else', async () => {
    const paths = ['META-INF/maven/g/a/pom.xml', 'x/pom.xml.bak', 'a.lockfile', 'libs.toml', 'settings.xml'];

    const { asked } = await readLayerWith(
      javaManifests,
      paths.map((path) => ({ path, content: 'x' })),
    );

    expect(asked).toEqual([]);
  });
});

describe('javaRuntimes', () => {
  it('reads the file of a runtime, and no other of that name', async () => {
    const content = 'JAVA_VERSION="17.0.1"\nIMPLEMENTOR="Acme"\n';

    const { facts, problems } = await readLayerWith(javaRuntimes, [
      { path: 'opt/java/release', content },
      { path: 'etc/release', content: 'Debian' },
      { path: 'opt/large/release', content: content + ' '.repeat(70_000) },
    ]);

    expect(facts).toEqual([
      {
        kind: 'package',
        path: 'opt/java/release',
        package: { type: 'generic', name: 'openjdk', version: '17.0.1', vendor: 'Acme' },
      },
    ]);
    expect(problems).toEqual([]);
  });
});
