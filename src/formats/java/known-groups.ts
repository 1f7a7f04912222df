/**
 * Groups of artifacts whose archives do not tell them: their publishers build with Gradle, Ant or without Maven's descriptor,
 * so that no pom.properties is in them, and what the manifest says is absent or leads astray. Only such as advisories are
 * published on stand here. An artifact that was published under two groups is told apart by its version.
 */

interface Row {
  readonly group: string;
  /** First version of this group, and the first that is not. */
  readonly from?: readonly number[];
  readonly below?: readonly number[];
}

const exact = new Map<string, Row[]>();
const prefixes: (readonly [string, Row])[] = [];

/** @param artifacts with blanks between; one that ends in `*` stands for all that begin so */
function publish(group: string, artifacts: string, versions: Omit<Row, 'group'> = {}): void {
  const row = { group, ...versions };
  for (const artifact of artifacts.split(' ')) {
    if (artifact.endsWith('*')) prefixes.push([artifact.slice(0, -1), row]);
    else exact.set(artifact, [...(exact.get(artifact) ?? []), row]);
  }
}

// Built with Gradle; the manifest has the name of a module without the organisation (`spring.core`), or none.
publish(
  'org.springframework',
  'spring-aop spring-aspects spring-beans spring-context spring-context-support spring-core spring-expression ' +
    'spring-instrument spring-jcl spring-jdbc spring-jms spring-messaging spring-orm spring-oxm spring-test spring-tx ' +
    'spring-web spring-webflux spring-webmvc spring-websocket',
);
publish('org.springframework.boot', 'spring-boot spring-boot-*');
publish('org.springframework.security', 'spring-security-*');
publish('io.grpc', 'grpc-api grpc-core grpc-netty grpc-netty-shaded grpc-protobuf grpc-stub');
publish('io.projectreactor', 'reactor-core');
publish('io.projectreactor.netty', 'reactor-netty reactor-netty-core reactor-netty-http');
publish('com.graphql-java', 'graphql-java');
publish('com.squareup.okhttp3', 'okhttp', { from: [3] });
publish('com.squareup.okhttp', 'okhttp', { below: [3] });
publish('com.squareup.okio', 'okio okio-jvm');
publish('org.jetbrains.kotlin', 'kotlin-stdlib kotlin-stdlib-*');
publish('org.apache.kafka', 'kafka-clients kafka_2.11 kafka_2.12 kafka_2.13 connect-runtime');
publish('org.elasticsearch', 'elasticsearch');
publish('org.opensearch', 'opensearch');
publish('org.apache.solr', 'solr-core solr-solrj');
publish('org.codehaus.groovy', 'groovy groovy-all', { below: [4] });
publish('org.apache.groovy', 'groovy groovy-all', { from: [4] });
publish('org.hibernate', 'hibernate-core', { below: [6] });
publish('org.hibernate.orm', 'hibernate-core', { from: [6] });
publish('org.quartz-scheduler', 'quartz');
publish('com.mchange', 'c3p0', { from: [0, 9, 2] });
publish('c3p0', 'c3p0', { below: [0, 9, 2] });

// Built with Ant, make, Bazel or scripts.
publish('org.apache.tomcat.embed', 'tomcat-embed-*');
publish('org.apache.tomcat', 'tomcat-*');
publish('org.bouncycastle', 'bcprov-* bcpkix-* bcpg-* bcmail-* bctls-* bcutil-* bc-fips');
publish('mysql', 'mysql-connector-java');
publish('com.mysql', 'mysql-connector-j');
publish('org.postgresql', 'postgresql');
publish('com.h2database', 'h2');
publish('org.hsqldb', 'hsqldb', { from: [2] });
publish('hsqldb', 'hsqldb', { below: [2] });
publish('org.apache.derby', 'derby derbyclient derbynet');
publish('com.oracle.database.jdbc', 'ojdbc8 ojdbc10 ojdbc11');
publish('org.apache.poi', 'poi poi-ooxml poi-scratchpad');
publish('org.apache.xmlbeans', 'xmlbeans');
publish('org.apache.xmlgraphics', 'batik-* fop fop-* xmlgraphics-commons');
publish('org.apache.ant', 'ant');
publish('org.apache.ivy', 'ivy');
publish('org.apache.axis', 'axis');
publish('org.apache.velocity', 'velocity velocity-engine-core');
publish('org.apache.cassandra', 'cassandra-all');
publish('org.apache.santuario', 'xmlsec');
publish('xerces', 'xercesImpl');
publish('xalan', 'xalan serializer');
publish('dom4j', 'dom4j', { below: [2] });
publish('org.dom4j', 'dom4j', { from: [2] });
publish('org.jdom', 'jdom jdom2');
publish('org.json', 'json');
publish('com.google.protobuf', 'protobuf-java protobuf-javalite protobuf-kotlin protobuf-java-util');
publish('org.mozilla', 'rhino');
publish('org.python', 'jython jython-standalone');
publish('com.jcraft', 'jsch');
publish('junit', 'junit');
publish('com.google.guava', 'guava');
publish('org.yaml', 'snakeyaml');

// The name of the bundle is that of a project of which it was a part, or one of its own.
publish('org.apache.zookeeper', 'zookeeper');
publish('log4j', 'log4j');

// The first projects of Apache Commons are their own group; the names of their bundles say org.apache.commons.
for (const project of (
  'beanutils cli codec collections configuration daemon dbcp digester discovery el fileupload httpclient io jelly jxpath ' +
  'lang logging net pool validator'
).split(' ')) {
  publish(`commons-${project}`, `commons-${project}`);
}

/** The group under which an artifact is published, where it is one of the few that are listed here. */
export function knownGroup(artifact: string, version: string): string | undefined {
  const candidates = exact.get(artifact);
  if (candidates !== undefined) return candidates.find((row) => covers(row, version))?.group;
  return prefixes.find(([prefix]) => artifact.startsWith(prefix) && artifact.length > prefix.length)?.[1].group;
}

function covers({ from, below }: Row, version: string): boolean {
  const numbers = (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);
  return (from === undefined || !isLess(numbers, from)) && (below === undefined || isLess(numbers, below));
}

function isLess(numbers: readonly number[], than: readonly number[]): boolean {
  for (const [place, bound] of than.entries()) {
    const number = numbers[place] ?? 0;
    if (number !== bound) return number < bound;
  }
  return false;
}

/** Archives of Tomcat's own folder, which has other names for them than the repository. */
const tomcat: ReadonlyMap<string, string> = new Map([
  ['catalina', 'tomcat-catalina'],
  ['catalina-ha', 'tomcat-catalina-ha'],
  ['catalina-tribes', 'tomcat-tribes'],
  ['jasper', 'tomcat-jasper'],
  ['jasper-el', 'tomcat-jasper-el'],
  ['servlet-api', 'tomcat-servlet-api'],
  ['jsp-api', 'tomcat-jsp-api'],
  ['el-api', 'tomcat-el-api'],
  ['websocket-api', 'tomcat-websocket-api'],
  ['annotations-api', 'tomcat-annotations-api'],
]);

/** What an archive of an installed Tomcat is called where it is published: `catalina.jar` is `tomcat-catalina`. */
export function tomcatArtifact(file: string): string {
  return tomcat.get(file) ?? file;
}
