import { describe, expect, it } from 'vitest';
import { FormatError, LimitError } from '../../errors.ts';
import { MemorySource } from '../byte-source.ts';
import { archiveContents } from './archive-contents.ts';
import { lookUpDigests } from './digest-index.ts';
import { parseGradleLock } from './gradle-lock.ts';
import { parseJarManifest } from './jar-manifest.ts';
import { parsePom } from './pom.ts';
import { effectivePom, leastVersion } from './pom-effective.ts';
import { parsePomProperties } from './pom-properties.ts';
import { parseRuntimeRelease } from './runtime-release.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

describe('parseJarManifest', () => {
  it('joins lines, and keeps sections apart', () => {
    const { main, sections } = parseJarManifest(
      bytes('Manifest-Version: 1.0\r\nBundle-Description: abc\r\n def\r\n\r\nName: a/\r\nX: 1\r\n'),
    );

    expect([...main]).toEqual([
      ['manifest-version', '1.0'],
      ['bundle-description', 'abcdef'],
    ]);
    expect(sections.map((section) => section.get('name'))).toEqual(['a/']);
  });

  it('passes over lines that are none', () => {
    const { main } = parseJarManifest(bytes('\n\n :\n:\njunk\n__proto__: x\nA: 1\nLast: item'));

    expect([...main]).toEqual([
      ['__proto__', 'x'],
      ['a', '1'],
      ['last', 'item'],
    ]);
  });

  it.each(['junk', '\0\0\0', ':::'])('refuses %j', (text) => {
    expect(() => parseJarManifest(bytes(text))).toThrow(FormatError);
  });
});

describe('parsePomProperties', () => {
  it.each([
    [
      'groupId:org.anchore\nartifactId: a-b\nversion:   0.1.0',
      { group: 'org.anchore', artifact: 'a-b', version: '0.1.0' },
    ],
    ['groupId=org.anchore\nartifactId= a\nversion=   0.1.0:x', { group: 'org.anchore', artifact: 'a' }],
    [`version=\${project.version}\nartifactId=\${a}\ngroupId=`, {}],
    ['version=1\\:2\n', {}],
    ['artifactId=\\u0061b\n', { artifact: 'ab' }],
    ['', {}],
  ])('%j', (text, expected) => {
    expect(parsePomProperties(bytes(text))).toEqual(expected);
  });
});

describe('parseGradleLock', () => {
  it('does not take the first configurations for all', () => {
    const tests = Array.from({ length: 100 }, (_, i) => `testCompile${i}`).join(',');

    const { artifacts } = parseGradleLock(`g:a:1=${tests}\ng:b:1=${tests},runtimeClasspath\n`);

    expect(artifacts.map(({ configurations }) => configurations.length)).toEqual([100, 0]);
  });

  it('says that it is longer than any', () => {
    expect(() => parseGradleLock('g:a:1=x\n'.repeat(200_001))).toThrow('it has more than 200000 entries');
  });
});

describe('parsePom', () => {
  it('puts in variables, and no more than anybody writes', () => {
    const laughs = Array.from({ length: 40 }, (_, i) => `<p${i + 1}>${`\${p${i}}`.repeat(10)}</p${i + 1}>`).join('');
    const dependency = (version: string): string =>
      `<dependency><groupId>g</groupId><artifactId>${version.replace(/\W/g, '')}</artifactId><version>${version}</version></dependency>`;
    const text = `<project><version>7</version><properties><p0>x1</p0>${laughs}<self>\${self}</self><ok>\${p0}</ok></properties><dependencies>${[`\${p40}`, `\${self}`, `\${ok}`, `\${project.version}`, `\${none}`, '[1.2,2)', '(,2)', `\${__proto__}`].map(dependency).join('')}</dependencies></project>`;

    const { dependencies } = effectivePom([parsePom(bytes(text))]);

    expect(dependencies.map(({ version }) => version)).toEqual(['', '', 'x1', '7', '', '1.2', '', '']);
  });

  it.each([
    ['dependencies', '<dependencies>', '<dependency/>', '</dependencies>', 20_000],
    [
      'dependencies',
      '<dependencyManagement><dependencies>',
      '<dependency/>',
      '</dependencies></dependencyManagement>',
      20_000,
    ],
    ['properties', '<properties>', '<p/>', '</properties>', 5000],
  ])('says that it has more %s than are read: %s', (what, open, each, close, most) => {
    const project = (count: number) => bytes(`<project>${open}${each.repeat(count)}${close}</project>`);

    expect(parsePom(project(most))).toBeDefined();
    expect(() => parsePom(project(most + 1))).toThrow(`it has more than ${most} ${what}`);
  });

  it.each([
    [
      'ISO-8859-1',
      Buffer.from(
        '<?xml version="1.0" encoding="ISO-8859-1"?><project><licenses><license><name>\xe9</name></license></licenses></project>',
        'latin1',
      ),
    ],
    [
      'UTF-16',
      Buffer.from(
        '\uFEFF<?xml version="1.0" encoding="UTF-16"?><project><licenses><license><name>é</name></license></licenses></project>',
        'utf16le',
      ),
    ],
  ])('reads %s', (_, content) => {
    expect(parsePom(content).licences).toEqual(['é']);
  });

  it.each([
    ['another document', '<html/>'],
    ['an unknown encoding', '<?xml version="1.0" encoding="x-nothing"?><project/>'],
    ['entities', '<!DOCTYPE a [<!ENTITY b "c">]><project>&b;</project>'],
    ['a depth of 10,000', '<project>'.repeat(10_000)],
    ['a list', '[]'],
  ])('refuses %s', (_, text) => {
    expect(() => parsePom(bytes(text))).toThrow(text.length > 10_000 ? LimitError : FormatError);
  });

  it.each([
    ['1.0', '1.0'],
    ['[1.0]', '1.0'],
    ['[1.0,2.0)', '1.0'],
    ['(1.0,2.0)', ''],
    ['https://example.org/a.jar', ''],
    ['latest release', ''],
  ])('%s asks for %j at least', (requirement, expected) => {
    expect(leastVersion(requirement)).toBe(expected);
  });
});

describe('parseRuntimeRelease', () => {
  it.each([
    [
      'IMPLEMENTOR="Debian"\nJAVA_RUNTIME_VERSION="17.0.1+9"\nJAVA_VERSION="17.0.1"\n',
      { name: 'openjdk', version: '17.0.1+9', vendor: 'Debian' },
    ],
    [
      'JAVA_VERSION="11.0.2"\nIMPLEMENTOR="Oracle Corporation"\n',
      { name: 'jdk', version: '11.0.2', vendor: 'Oracle Corporation' },
    ],
    [
      'JAVA_VERSION="11.0.2"\nIMPLEMENTOR="Azul Systems, Inc."',
      { name: 'zulu', version: '11.0.2', vendor: 'Azul Systems, Inc.' },
    ],
    ['JAVA_VERSION="21"\nGRAALVM_VERSION="23.1"\nIMPLEMENTOR="N/A"', { name: 'graalvm', version: '21' }],
    ['NAME="Debian"\nVERSION="12"\n', undefined],
    ['JAVA_VERSION="1 2"', undefined],
    ['', undefined],
  ])('%j', (text, expected) => {
    expect(parseRuntimeRelease(bytes(text))).toEqual(expected);
  });
});

describe('archiveContents', () => {
  it.each([
    ['nothing', ''],
    ['no archive', 'PK'.repeat(100)],
    ['an end without a directory', `PK\x05\x06${'\xff'.repeat(18)}`],
  ])('says nothing of %s', (_, text) => {
    const contents = archiveContents(new MemorySource(Buffer.from(text, 'latin1')));

    expect(contents?.classes ?? false).toBe(false);
  });
});

describe('lookUpDigests', () => {
  const a = 'a'.repeat(40);
  const index = `# mine\n${a.toUpperCase()}  g:a:1\n\n${a} g:b:2\nnonsense\n${'b'.repeat(40)}\tg:c:3\n${'c'.repeat(40)} g:d\n${'d'.repeat(39)} g:d:1\n`;

  async function* chunks(text: string, size: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < text.length; at += size) yield bytes(text.slice(at, at + size));
  }

  it.each([1, 7, 1000])('finds what was asked for, in pieces of %d', async (size) => {
    const { found, passedOver, firstPassedOver } = await lookUpDigests(
      chunks(index, size),
      new Set([a, 'c'.repeat(40)]),
    );

    expect([...found]).toEqual([[a, { group: 'g', artifact: 'a', version: '1' }]]);
    expect({ passedOver, firstPassedOver }).toEqual({ passedOver: 3, firstPassedOver: 4 });
  });

  it('holds nothing of an index that nobody asked for', async () => {
    async function* large(): AsyncGenerator<Uint8Array> {
      const piece = bytes(`${'e'.repeat(40)} g:e:1\n`.repeat(1000));
      for (let at = 0; at < 500; at++) yield piece;
    }

    expect((await lookUpDigests(large(), new Set([a]))).found.size).toBe(0);
  });
});
