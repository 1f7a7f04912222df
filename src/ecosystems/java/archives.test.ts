import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type LayerReading, readLayerWith } from '../../../test/support/layers.ts';
import { type ZipFile, zip } from '../../../test/support/zip.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { javaArchives } from './archives.ts';

function descriptor(group: string, artifact: string, version: string): ZipFile {
  const content = `version=${version}\ngroupId=${group}\nartifactId=${artifact}\n`;
  return { name: `META-INF/maven/${group}/${artifact}/pom.properties`, content };
}

const manifest = (...lines: string[]): ZipFile => ({
  name: 'META-INF/MANIFEST.MF',
  content: `Manifest-Version: 1.0\n${lines.join('\n')}\n`,
});
const classFile: ZipFile = { name: 'a/A.class', content: 'x' };

/** `name@version where`, as far as it is not the file itself. */
function found({ facts }: LayerReading): readonly string[] {
  return facts.flatMap((fact) =>
    fact.kind === 'package' ? [`${fact.package.name}@${fact.package.version} ${fact.location ?? fact.path}`] : [],
  );
}

const codes = ({ problems }: LayerReading): readonly string[] => problems.map(({ code }) => code);

describe('javaArchives', () => {
  it('finds a package five archives deep', async () => {
    let content = zip([descriptor('g', 'deep', '1.0')]);
    for (let depth = 0; depth < 5; depth++)
      content = zip([{ name: `lib/d${depth}.jar`, content, stored: depth % 2 === 0 }]);

    const reading = await readLayerWith(javaArchives, [{ path: 'opt/app.ear', content }]);

    expect(found(reading)).toEqual([
      'g:deep@1.0 opt/app.ear!/lib/d4.jar!/lib/d3.jar!/lib/d2.jar!/lib/d1.jar!/lib/d0.jar',
    ]);
    expect(reading.facts).toMatchObject([{ path: 'opt/app.ear' }]);
    expect(reading.problems).toEqual([]);
  });

  it('reads an executable application of Spring Boot, with a script in front', async () => {
    const inner = (name: string, ...files: ZipFile[]): ZipFile => ({
      name: `BOOT-INF/lib/${name}`,
      content: zip([...files, classFile]),
      stored: true,
    });
    const jar = zip([
      manifest('Implementation-Title: demo', 'Implementation-Version: 0.0.1', 'Spring-Boot-Version: 2.7.4'),
      { name: 'BOOT-INF/classes/A.class', content: 'x' },
      inner('spring-core-5.3.23.jar', manifest('Automatic-Module-Name: spring.core')),
      inner('log4j-core-2.14.1.jar', descriptor('org.apache.logging.log4j', 'log4j-core', '2.14.1')),
    ]);
    const content = Buffer.concat([Buffer.from('#!/bin/bash\nexec java -jar "$0" "$@"\n'), jar]);

    const reading = await readLayerWith(javaArchives, [{ path: 'app.jar', content }]);

    expect(found(reading)).toEqual([
      'demo@0.0.1 app.jar',
      'org.springframework:spring-core@5.3.23 app.jar!/BOOT-INF/lib/spring-core-5.3.23.jar',
      'org.apache.logging.log4j:log4j-core@2.14.1 app.jar!/BOOT-INF/lib/log4j-core-2.14.1.jar',
    ]);
    expect(codes(reading)).not.toContain('packages.unidentified');
  });

  it('gives packages that were copied into an archive the place of their descriptors, each once', async () => {
    const other = { ...descriptor('g', 'dep', '1'), name: 'x/META-INF/maven/g/dep/pom.properties' };
    const content = zip([descriptor('g', 'dep', '1'), descriptor('com.acme', 'app', '2.0'), other, classFile]);

    const reading = await readLayerWith(javaArchives, [{ path: 'opt/app-2.0.jar', content }]);

    expect(found(reading)).toEqual([
      'com.acme:app@2.0 opt/app-2.0.jar',
      'g:dep@1 opt/app-2.0.jar!/META-INF/maven/g/dep/pom.properties',
    ]);
  });

  it('reads the project where there are no properties, with licences and what its parent says', async () => {
    const pom =
      '<project><parent><groupId>com.acme</groupId><artifactId>p</artifactId><version>3</version></parent>' +
      '<artifactId>app</artifactId><licenses><license><name>MIT</name></license></licenses></project>';
    const content = zip([{ name: 'META-INF/maven/com.acme/app/pom.xml', content: pom }]);

    const { facts } = await readLayerWith(javaArchives, [{ path: 'app.jar', content }]);

    expect(facts).toMatchObject([{ package: { name: 'com.acme:app', version: '3', licences: ['MIT'] } }]);
  });

  it('gives archives that nobody described their digest, where there is an index', async () => {
    const unknown = zip([classFile]);
    const known = zip([descriptor('g', 'a', '1'), classFile]);
    const nested = zip([{ name: 'lib/inner-1.0.jar', content: unknown }]);

    const entries = [
      { path: 'x-1.0.jar', content: unknown },
      { path: 'a-1.jar', content: known },
      { path: 'w.war', content: nested },
    ];
    const { facts } = await readLayerWith(javaArchives.digesting!, entries);
    const plain = await readLayerWith(javaArchives, entries);

    const sha1 = createHash('sha1').update(unknown).digest('hex');
    expect(facts.filter(({ kind }) => kind === 'package')).toMatchObject([
      { package: { name: 'x', version: '1.0', hashes: { sha1 } } },
      { package: { name: 'g:a' } },
      { package: { name: 'inner', hashes: { sha1 } }, location: 'w.war!/lib/inner-1.0.jar' },
    ]);
    expect(facts[1]).not.toHaveProperty('package.hashes');
    expect(facts.filter(({ kind }) => kind === 'unidentified')).toMatchObject([{ sha1 }, { sha1 }]);
    expect(JSON.stringify(plain.facts)).not.toContain(sha1);
  });

  it('says which archives nothing identifies', async () => {
    const inner: ZipFile = { name: 'lib/inner.jar', content: zip([classFile]) };

    const { facts, problems } = await readLayerWith(javaArchives, [
      { path: 'opt/a.jar', content: zip([classFile]) },
      { path: 'opt/app.war', content: zip([inner, classFile]) },
      { path: 'opt/resources.jar', content: zip([{ name: 'a.txt', content: '' }]) },
      { path: 'opt/a-1-sources.jar', content: zip([classFile]) },
      { path: 'jre/lib/rt.jar', content: zip([manifest('Implementation-Title: Java Runtime Environment'), classFile]) },
    ]);

    expect(facts).toMatchObject([
      { kind: 'unidentified', path: 'opt/a.jar' },
      { kind: 'unidentified', path: 'opt/app.war', location: 'opt/app.war!/lib/inner.jar' },
    ]);
    expect(problems).toEqual([]);
  });

  it('takes the last of two files of one path', async () => {
    const entries = ['1', '2'].map((version) => ({ path: 'a.jar', content: zip([descriptor('g', 'a', version)]) }));

    expect(found(await readLayerWith(javaArchives, entries))).toEqual(['g:a@2 a.jar']);
  });

  it('reads the descriptor of an archive that was unpacked', async () => {
    const { name, content } = descriptor('g', 'a', '1');

    const reading = await readLayerWith(javaArchives, [
      { path: `srv/app/${name}`, content: String(content) },
      { path: 'srv/bad/META-INF/maven/g/b/pom.properties', content: 'artifactId=b' },
      { path: 'home/pom.properties', content: String(content) },
    ]);

    expect(found(reading)).toEqual([`g:a@1 srv/app/${name}`]);
    expect(codes(reading)).toEqual(['file.format']);
  });

  it.each([
    ['is no archive', Buffer.from('hello'), 'file.format'],
    ['is cut short', zip([descriptor('g', 'a', '1')]).subarray(0, 60), 'archive.unreadable'],
    ['is encrypted', zip([{ ...descriptor('g', 'a', '1'), encrypted: true }]), 'archive.unreadable'],
    ['has a manifest that is none', zip([{ name: 'META-INF/MANIFEST.MF', content: 'junk' }]), 'file.format'],
    ['has a project that is none', zip([{ name: 'META-INF/maven/g/a/pom.xml', content: '<html/>' }]), 'file.format'],
  ])('names a file that %s, and reads the next', async (_, content, code) => {
    const reading = await readLayerWith(javaArchives, [
      { path: 'bad.jar', content },
      { path: 'b.jar', content: zip([descriptor('g', 'b', '1')]) },
    ]);

    expect(found(reading)).toContain('g:b@1 b.jar');
    expect(codes(reading)).toContain(code);
  });

  it('ends with a word on it however an archive is cut', async () => {
    const whole = zip([
      manifest('Implementation-Version: 1'),
      descriptor('g', 'a', '1'),
      { name: 'x.jar', content: zip([classFile]) },
    ]);
    for (let length = 1; length < whole.length; length++) {
      const { problems } = await readLayerWith(javaArchives, [{ path: 'a.jar', content: whole.subarray(0, length) }]);

      expect(problems, `cut at ${length}`).not.toEqual([]);
    }
  });

  it('is not led to inflate more than it asks for', async () => {
    const zeros = Buffer.alloc(100_000_000);
    const member = { name: 'META-INF/maven/g/a/pom.properties', content: zeros };
    const lying = { ...member, name: 'META-INF/maven/g/b/pom.properties', statedSize: 10 };
    const content = zip([member, lying]);
    const started = performance.now();

    const reading = await readLayerWith(javaArchives, [{ path: 'bomb.jar', content }]);

    expect(found(reading)).toEqual([]);
    expect(reading.problems.length).toBeGreaterThan(0);
    expect(performance.now() - started).toBeLessThan(4000);
  });

  it.each([
    ['a.jar', true],
    ['a.WAR', true],
    ['a.hpi', true],
    ['a.lpkg', true],
    ['a.tar', false],
    ['a.zip', false],
    ['jar', false],
    ['.jar', false],
    ['calendar', false],
    ['pom.xml', false],
    ['META-INF/MANIFEST.MF', false],
  ])('wants %s: %s', (path, wanted) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const header: FileHeader = { path, name, type: 'file', size: 1, mode: 0, uid: 0, gid: 0, offset: 0 };

    expect(javaArchives.wants(header) !== Appetite.None).toBe(wanted);
    expect(javaArchives.wants({ ...header, type: 'symlink' })).toBe(Appetite.None);
  });

  it('leaves archives of RAR alone', async () => {
    const reading = await readLayerWith(javaArchives, [{ path: 'backup.rar', content: 'Rar!\x1a\x07\x01\x00' }]);

    expect(reading).toMatchObject({ facts: [], problems: [] });
  });
});
