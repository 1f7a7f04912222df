import { FormatError, LimitError } from '../../../src/errors.ts';
import { MemorySource } from '../../../src/formats/byte-source.ts';
import { archiveContents } from '../../../src/formats/java/archive-contents.ts';
import { parseGradleLock } from '../../../src/formats/java/gradle-lock.ts';
import { parseGradleVerification } from '../../../src/formats/java/gradle-verification.ts';
import { identifyArchive } from '../../../src/formats/java/identify.ts';
import { parseJarManifest } from '../../../src/formats/java/jar-manifest.ts';
import { parsePom } from '../../../src/formats/java/pom.ts';
import { effectivePom } from '../../../src/formats/java/pom-effective.ts';
import { parsePomProperties } from '../../../src/formats/java/pom-properties.ts';
import { parseRuntimeRelease } from '../../../src/formats/java/runtime-release.ts';
import { parseVersionCatalog } from '../../../src/formats/java/version-catalog.ts';
import { zip } from '../../support/zip.ts';
import { type FuzzReader, readersAllowing } from './fuzz-reader.ts';

const { reader } = readersAllowing(FormatError, LimitError);

/** What is told of an archive has an artifact, and no variable in its name. */
function identify(bytes: Buffer): void {
  const manifest = parseJarManifest(bytes);
  const [title = ''] = manifest.main.values();
  for (const path of ['a-1.0.jar', 'log4j-1.2-api-2.17.1.jar', `${title}.jar`]) {
    const { own } = identifyArchive({ path, manifest, described: [] });
    if (own !== undefined && (own.artifact === '' || own.version.includes('${'))) throw new Error('it has no name');
  }
}

const manifest = `Manifest-Version: 1.0
Implementation-Title: org.acme#a;1.0
Implementation-Version: 1.0 (build 3)
Implementation-Vendor-Id: org.acme
Bundle-SymbolicName: org.acme.a;singleton:=true
Bundle-Description: a
 continued

Name: org/acme/
Implementation-Version: 2
`;
const pom = `<?xml version="1.0" encoding="ISO-8859-1"?>
<project><parent><groupId>g</groupId><artifactId>p</artifactId><version>1</version></parent><artifactId>a</artifactId>
<properties><v>2</v><w>\${v}</w></properties><dependencyManagement><dependencies><dependency><groupId>x</groupId>
<artifactId>y</artifactId><version>[1,2)</version></dependency></dependencies></dependencyManagement>
<dependencies><dependency><groupId>x</groupId><artifactId>y</artifactId><version>\${w}</version><scope>test</scope></dependency>
</dependencies></project>`;
const verification = `<verification-metadata><components><component group="g" name="a" version="1"><artifact name="a-1.jar">
<sha256 value="${'0a'.repeat(32)}"/></artifact></component></components></verification-metadata>`;
const catalogue = `[versions]
v = "1"
[libraries]
a = "g:a:1"
b = { module = "g:b", version.ref = "v" }
c = { group = "g", name = "c", version = { strictly = "[1,2[", prefer = "1.1" } }
`;

export const javaReaders: readonly FuzzReader[] = [
  reader('java-manifest', identify, manifest),
  reader('java-pom-properties', parsePomProperties, 'version=1\ngroupId=g\nartifactId:a\\u0062\n'),
  reader('java-pom', (bytes) => effectivePom([parsePom(bytes)]), pom),
  reader('java-gradle-lock', (bytes) => parseGradleLock(bytes.toString()), 'g:a:1=testRuntimeClasspath,x\nempty=\n'),
  reader('java-gradle-verification', parseGradleVerification, verification),
  reader('java-version-catalogue', (bytes) => parseVersionCatalog(bytes.toString()), catalogue),
  reader(
    'java-release',
    parseRuntimeRelease,
    'IMPLEMENTOR="Debian"\nJAVA_RUNTIME_VERSION="17.0.1+9"\nJAVA_VERSION="17.0.1"\n',
  ),
  reader(
    'java-archive-contents',
    (bytes) => archiveContents(new MemorySource(bytes)),
    zip([{ name: 'A.class', content: 'x' }]),
  ),
];
