import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorTime } from '../../../test/support/processor-time.ts';
import { isCompanion, readArchiveName } from './archive-name.ts';

describe('readArchiveName', () => {
  it.each([
    ['commons-io-2.11.0.jar', 'commons-io', '2.11.0', undefined],
    ['guava-32.0.1-jre.jar', 'guava', '32.0.1-jre', undefined],
    ['guava-30.1-android.jar', 'guava', '30.1-android', undefined],
    ['log4j-1.2-api-2.17.1.jar', 'log4j-1.2-api', '2.17.1', undefined],
    ['log4j-1.2-api.jar', 'log4j-1.2-api', undefined, undefined],
    ['geronimo-annotation-1.3-spec-1.3.jar', 'geronimo-annotation-1.3-spec', '1.3', undefined],
    ['hibernate-jpa-2.1-api-1.0.0.Final.jar', 'hibernate-jpa-2.1-api', '1.0.0.Final', undefined],
    ['kafka_2.13-3.6.0.jar', 'kafka_2.13', '3.6.0', undefined],
    ['org.eclipse.osgi_3.16.0.v20200828-0759.jar', 'org.eclipse.osgi', '3.16.0.v20200828-0759', undefined],
    ['org.eclipse.sisu.inject-0.3.5.jar', 'org.eclipse.sisu.inject', '0.3.5', undefined],
    [
      'netty-transport-native-epoll-4.1.86.Final-linux-x86_64.jar',
      'netty-transport-native-epoll',
      '4.1.86.Final',
      'linux-x86_64',
    ],
    ['hive-exec-2.3.9-core.jar', 'hive-exec', '2.3.9', 'core'],
    ['json-lib-2.4-jdk15.jar', 'json-lib', '2.4', 'jdk15'],
    ['bcprov-jdk15on-1.68.jar', 'bcprov-jdk15on', '1.68', undefined],
    ['protobuf-java-3.19.0-rc-1.jar', 'protobuf-java', '3.19.0-rc-1', undefined],
    ['demo-0.0.1-SNAPSHOT.jar', 'demo', '0.0.1-SNAPSHOT', undefined],
    ['demo-1.0-20210101.010101-3.jar', 'demo', '1.0-20210101.010101-3', undefined],
    ['demo-1.0-SNAPSHOT-jar-with-dependencies.jar', 'demo', '1.0-SNAPSHOT', 'jar-with-dependencies'],
    [
      'google-api-services-storage-v1-rev20210127-1.31.0.jar',
      'google-api-services-storage',
      'v1-rev20210127-1.31.0',
      undefined,
    ],
    ['proto-google-cloud-pubsub-v1-1.95.0.jar', 'proto-google-cloud-pubsub-v1', '1.95.0', undefined],
    ['commons-io-2.11.0-sources.jar', 'commons-io', '2.11.0', 'sources'],
    ['netty-all.jar', 'netty-all', undefined, undefined],
    ['app.jar', 'app', undefined, undefined],
    ['javax.inject-1.jar', 'javax.inject', '1', undefined],
    ['.jar', '', undefined, undefined],
  ])('%s', (name, artifact, version, classifier) => {
    const { artifact: a, version: v, classifier: c } = readArchiveName(name);

    expect({ artifact: a, version: v, classifier: c }).toEqual({ artifact, version, classifier });
  });

  it.each([
    ['jsp-2.1-6.1.14.jar', ['6.1.14'], 'jsp-2.1', '6.1.14'],
    ['spring-instrumentation-4.3.0-1.0.jar', ['1.0'], 'spring-instrumentation-4.3.0', '1.0'],
    ['foo-1.0-custom.jar', ['1.0'], 'foo', '1.0'],
    ['guava-30.0-jre.jar', ['30.0'], 'guava', '30.0-jre'],
    ['foo-1.2.3.jar', ['1.2'], 'foo', '1.2.3'],
    ['foo-1.2.3.jar', ['9'], 'foo', '1.2.3'],
  ])('%s of an archive that states %s', (name, stated, artifact, version) => {
    expect(readArchiveName(name, stated)).toMatchObject({ artifact, version });
  });

  it('tells sources, documentation and tests apart from what runs', () => {
    const names = ['a-1-sources.jar', 'a-1-javadoc.jar', 'a-1-tests.jar', 'a-1-test-sources.jar', 'a-sources.jar'];

    expect(names.map((name) => isCompanion(readArchiveName(name)))).toEqual([true, true, true, true, true]);
    expect(['a-tests-1.jar', 'sources-1.jar', 'a-1-all.jar'].map((name) => isCompanion(readArchiveName(name)))).toEqual(
      [false, false, false],
    );
  });

  it('takes any name, in linear time', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string(), { maxLength: 3 }), (name, stated) => {
        expect(readArchiveName(name, stated).artifact.length).toBeLessThanOrEqual(400);
      }),
    );
    const spent = processorTime(() => {
      for (const part of ['-1', '-a', '-1-a', '_1.1', '.1']) readArchiveName(`a${part.repeat(100_000)}.jar`);
    });
    expect(spent).toBeLessThan(2500);
  });
});
