import { describe, expect, it } from 'vitest';
import { identifyArchive } from './identify.ts';
import { parseJarManifest } from './jar-manifest.ts';
import { knownGroup } from './known-groups.ts';
import { repositoryCoordinates } from './repository-path.ts';
import { groupOfModuleName, groupOfSymbolicName } from './symbolic-name.ts';

function manifest(...lines: string[]) {
  return parseJarManifest(Buffer.from(`Manifest-Version: 1.0\n${lines.join('\n')}\n`));
}

function described(group: string, artifact: string, version: string) {
  return { group, artifact, version, member: `META-INF/maven/${group}/${artifact}` };
}

describe('identifyArchive', () => {
  it.each([
    [
      'the name of a bundle',
      'a/log4j-core-2.14.1.jar',
      ['Bundle-SymbolicName: org.apache.logging.log4j.core'],
      'org.apache.logging.log4j:log4j-core@2.14.1',
    ],
    [
      'the vendor, where Maven wrote it',
      'a/x-1.jar',
      ['Implementation-Vendor-Id: com.acme.tools'],
      'com.acme.tools:x@1',
    ],
    ['no vendor that is an organisation', 'a/x-1.jar', ['Implementation-Vendor-Id: org.apache'], 'x@1'],
    [
      'a list of known artifacts',
      'a/spring-web-5.3.26.jar',
      ['Automatic-Module-Name: spring.web'],
      'org.springframework:spring-web@5.3.26',
    ],
    [
      'a known artifact against a bundle that leads astray',
      'a/zookeeper-3.4.6.jar',
      ['Bundle-SymbolicName: org.apache.hadoop.zookeeper'],
      'org.apache.zookeeper:zookeeper@3.4.6',
    ],
    [
      'an installed Tomcat',
      'usr/local/tomcat/lib/catalina.jar',
      ['Implementation-Title: Apache Tomcat', 'Implementation-Version: 9.0.30'],
      'org.apache.tomcat:tomcat-catalina@9.0.30',
    ],
    [
      'a plug-in of Jenkins',
      'a/git.jpi',
      ['Group-Id: org.jenkins-ci.plugins', 'Short-Name: git', 'Plugin-Version: 4.11.3'],
      'org.jenkins-ci.plugins:git@4.11.3',
    ],
    [
      'a plug-in of Jenkins that was built by somebody',
      'a/git.hpi',
      ['Group-Id: g', 'Short-Name: git', 'Plugin-Version: 1-SNAPSHOT (private-1)'],
      'g:git@1-SNAPSHOT',
    ],
    [
      'the title, where the file was renamed',
      'app.jar',
      ['Implementation-Title: demo', 'Implementation-Version: 1.2'],
      'demo@1.2',
    ],
    [
      'a version with its build',
      'axis.jar',
      ['', 'Name: org/apache/axis', 'Implementation-Version: 1.4 1855 April 22 2006'],
      'org.apache.axis:axis@1.4',
    ],
    ['a repository', 'root/.m2/repository/com/acme/x/1.0/x-1.0.jar', [], 'com.acme:x@1.0'],
    ['the cache of Gradle', 'g/caches/modules-2/files-2.1/com.acme/x/1.0/0a1b/x-1.0.jar', [], 'com.acme:x@1.0'],
  ])('knows it by %s', (_, path, lines, expected) => {
    const { own } = identifyArchive({ path, manifest: manifest(...lines), described: [] });

    expect(`${own?.group === undefined ? '' : `${own.group}:`}${own?.artifact}@${own?.version}`).toBe(expected);
  });

  it('takes the descriptor that the file is named after; the others were copied into it', () => {
    const all = [described('g', 'dep', '1'), described('com.acme', 'app', '2.0'), described('g', 'app-core', '2.0')];

    const { own, others, certain } = identifyArchive({ path: 'opt/app-2.0.jar', described: all });

    expect(own).toMatchObject({ group: 'com.acme', artifact: 'app' });
    expect(others.map(({ artifact }) => artifact)).toEqual(['dep', 'app-core']);
    expect(certain).toBe(true);
  });

  it.each([
    ['a file of another name with one descriptor', 'app.jar', [described('g', 'demo', '1.0')], 'demo'],
    ['a file of another version with one descriptor', 'app-2.0.jar', [described('g', 'demo', '1.0')], 'app'],
    [
      'a name that was changed a little',
      'maven3-slf4j-provider-3.9.9.jar',
      [described('g', 'maven-slf4j-provider', '3.9.9'), described('g', 'slf4j-api', '1.7')],
      'maven-slf4j-provider',
    ],
  ])('of %s', (_, path, all, artifact) => {
    expect(identifyArchive({ path, described: all }).own).toMatchObject({ artifact });
  });

  it('takes no variable and no blank for a name', () => {
    const lines = [
      `Implementation-Title: \${project.name}`,
      `Implementation-Version: \${v}`,
      'Bundle-SymbolicName: a b',
    ];

    expect(identifyArchive({ path: 'x.jar', manifest: manifest(...lines), described: [] }).own).toEqual({
      artifact: 'x',
      version: '',
    });
  });

  it('passes over sources and parts of a runtime', () => {
    expect(identifyArchive({ path: 'x-1-sources.jar', described: [described('g', 'x', '1')] })).toMatchObject({
      companion: true,
      others: [],
    });
    const runtime = manifest('Implementation-Title: Java Runtime Environment', 'Implementation-Version: 1.8.0_411');
    expect(identifyArchive({ path: 'jre/lib/rt.jar', manifest: runtime, described: [] }).runtime).toBe(true);
  });
});

describe('groups', () => {
  it.each([
    ['com.fasterxml.jackson.core.jackson-core', 'jackson-core', 'com.fasterxml.jackson.core'],
    ['org.apache.maven.core', 'maven-core', 'org.apache.maven'],
    ['org.apache.ivy', 'ivy', 'org.apache.ivy'],
    ['org.yaml.snakeyaml', 'snakeyaml', 'org.yaml'],
    ['com.google.guava.failureaccess', 'failureaccess', 'com.google.guava'],
    ['org.eclipse.sisu.inject', 'org.eclipse.sisu.inject', 'org.eclipse.sisu'],
    ['com.google.protobuf', 'protobuf-java', 'com.google.protobuf'],
    ['org.apache.tomcat-coyote', 'tomcat-coyote', 'org.apache.tomcat'],
    ['bcprov', 'bcprov', undefined],
    ['com.h2database', 'h2', undefined],
  ])('the bundle %s of %s', (symbolic, artifact, expected) => {
    expect(groupOfSymbolicName(symbolic, artifact)).toBe(expected);
  });

  it('takes less from the name of a module', () => {
    expect(groupOfModuleName('io.micronaut.micronaut_aop', 'micronaut-aop')).toBe('io.micronaut');
    expect(groupOfModuleName('com.google.guice', 'guice')).toBeUndefined();
  });

  it.each([
    ['hibernate-core', '5.6.15.Final', 'org.hibernate'],
    ['hibernate-core', '6.0.0.Final', 'org.hibernate.orm'],
    ['c3p0', '0.9.1.2', 'c3p0'],
    ['c3p0', '0.9.5.4', 'com.mchange'],
    ['bcprov-jdk18on', '1.78', 'org.bouncycastle'],
    ['tomcat-embed-core', '9.0.1', 'org.apache.tomcat.embed'],
    ['spring-weblike', '1', undefined],
    ['__proto__', '1', undefined],
  ])('%s %s', (artifact, version, expected) => {
    expect(knownGroup(artifact, version)).toBe(expected);
  });

  it.each([
    'x/com/acme/x/1.0/x-1.0.jar',
    'repository/x/1.0/x-1.0.jar',
    'repository/com/acme/x/1.0/y-1.0.jar',
    'x.jar',
    '',
  ])('%j is no place in a repository', (path) => {
    expect(repositoryCoordinates(path)).toBeUndefined();
  });

  it('knows a snapshot in a repository', () => {
    const path = 'repository/com/acme/x/1.0-SNAPSHOT/x-1.0-20210101.010101-3.jar';

    expect(repositoryCoordinates(path)).toEqual({ group: 'com.acme', artifact: 'x', version: '1.0-SNAPSHOT' });
  });
});
