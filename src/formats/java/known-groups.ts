/**
 * Groups of artifacts whose archives do not tell them: their publishers build with Gradle, Ant or without Maven's descriptor,
 * so that no pom.properties is in them, and what the manifest says is absent or leads astray. Only such as advisories are
 * published on stand here. An artifact that was published under two groups is told apart by its version.
 */

interface Row {
  readonly group: string;
  /** Names; one that ends in `*` stands for all that begin so. */
  readonly artifacts: readonly string[];
  /** First major version of this group, and the first that is not. */
  readonly from?: number;
  readonly below?: number;
}

const rows: readonly Row[] = [
  // Built with Gradle; the manifest has a module name without the organisation (`spring.core`).
  {
    group: 'org.springframework',
    artifacts: [
      'aop',
      'aspects',
      'beans',
      'context',
      'context-support',
      'core',
      'expression',
      'jdbc',
      'jms',
      'messaging',
    ]
      .concat(['orm', 'oxm', 'test', 'tx', 'web', 'webflux', 'webmvc', 'websocket', 'jcl', 'instrument'])
      .map((name) => `spring-${name}`),
  },
  { group: 'org.springframework.boot', artifacts: ['spring-boot', 'spring-boot-*'] },
  { group: 'org.springframework.security', artifacts: ['spring-security-*'] },
  // Built with Gradle; no name of the group in the manifest.
  {
    group: 'io.grpc',
    artifacts: ['core', 'netty', 'netty-shaded', 'protobuf', 'api', 'stub'].map((name) => `grpc-${name}`),
  },
  { group: 'io.projectreactor', artifacts: ['reactor-core'] },
  { group: 'io.projectreactor.netty', artifacts: ['reactor-netty', 'reactor-netty-core', 'reactor-netty-http'] },
  { group: 'com.graphql-java', artifacts: ['graphql-java'] },
  { group: 'com.squareup.okhttp3', artifacts: ['okhttp'], from: 3 },
  { group: 'com.squareup.okhttp', artifacts: ['okhttp'], below: 3 },
  { group: 'com.squareup.okio', artifacts: ['okio', 'okio-jvm'] },
  { group: 'org.jetbrains.kotlin', artifacts: ['kotlin-stdlib', 'kotlin-stdlib-*'] },
  {
    group: 'org.apache.kafka',
    artifacts: ['kafka-clients', 'kafka_2.11', 'kafka_2.12', 'kafka_2.13', 'connect-runtime'],
  },
  { group: 'org.elasticsearch', artifacts: ['elasticsearch'] },
  { group: 'org.opensearch', artifacts: ['opensearch'] },
  { group: 'org.apache.solr', artifacts: ['solr-core', 'solr-solrj'] },
  { group: 'org.codehaus.groovy', artifacts: ['groovy', 'groovy-all'], below: 4 },
  { group: 'org.apache.groovy', artifacts: ['groovy', 'groovy-all'], from: 4 },
  { group: 'org.hibernate', artifacts: ['hibernate-core'], below: 6 },
  { group: 'org.hibernate.orm', artifacts: ['hibernate-core'], from: 6 },
  { group: 'org.quartz-scheduler', artifacts: ['quartz'] },
  { group: 'com.mchange', artifacts: ['c3p0', 'mchange-commons-java'] },
  // Built with Ant or scripts.
  {
    group: 'org.apache.tomcat.embed',
    artifacts: ['core', 'el', 'websocket', 'jasper'].map((name) => `tomcat-embed-${name}`),
  },
  {
    group: 'org.apache.tomcat',
    artifacts: ['catalina', 'coyote', 'util', 'jasper', 'websocket', 'tribes', 'juli', 'jdbc'].map(
      (name) => `tomcat-${name}`,
    ),
  },
  {
    group: 'org.bouncycastle',
    artifacts: ['bcprov-*', 'bcpkix-*', 'bcpg-*', 'bcmail-*', 'bctls-*', 'bcutil-*', 'bc-fips'],
  },
  { group: 'mysql', artifacts: ['mysql-connector-java'] },
  { group: 'com.mysql', artifacts: ['mysql-connector-j'] },
  { group: 'org.postgresql', artifacts: ['postgresql'] },
  { group: 'com.h2database', artifacts: ['h2'] },
  { group: 'org.hsqldb', artifacts: ['hsqldb'], from: 2 },
  { group: 'hsqldb', artifacts: ['hsqldb'], below: 2 },
  { group: 'org.apache.derby', artifacts: ['derby', 'derbyclient', 'derbynet'] },
  { group: 'com.oracle.database.jdbc', artifacts: ['ojdbc8', 'ojdbc10', 'ojdbc11'] },
  { group: 'org.apache.poi', artifacts: ['poi', 'poi-ooxml', 'poi-scratchpad'] },
  { group: 'org.apache.xmlbeans', artifacts: ['xmlbeans'] },
  { group: 'org.apache.xmlgraphics', artifacts: ['batik-*', 'fop', 'xmlgraphics-commons'] },
  { group: 'org.apache.ant', artifacts: ['ant'] },
  { group: 'org.apache.ivy', artifacts: ['ivy'] },
  { group: 'org.apache.axis', artifacts: ['axis'] },
  { group: 'org.apache.velocity', artifacts: ['velocity', 'velocity-engine-core'] },
  { group: 'org.apache.cassandra', artifacts: ['cassandra-all'] },
  { group: 'org.apache.santuario', artifacts: ['xmlsec'] },
  { group: 'xerces', artifacts: ['xercesImpl'] },
  { group: 'xalan', artifacts: ['xalan', 'serializer'] },
  { group: 'dom4j', artifacts: ['dom4j'], below: 2 },
  { group: 'org.dom4j', artifacts: ['dom4j'], from: 2 },
  { group: 'org.jdom', artifacts: ['jdom', 'jdom2'] },
  { group: 'org.json', artifacts: ['json'] },
  { group: 'org.mozilla', artifacts: ['rhino'] },
  { group: 'org.python', artifacts: ['jython', 'jython-standalone'] },
  { group: 'com.jcraft', artifacts: ['jsch'] },
  // The name of the bundle is that of Hadoop, of which it was a part.
  { group: 'org.apache.zookeeper', artifacts: ['zookeeper'] },
  // Version 1 was built before Maven left its descriptor, and later ones have another group in the manifest.
  { group: 'log4j', artifacts: ['log4j'] },
  { group: 'junit', artifacts: ['junit'] },
  { group: 'com.google.guava', artifacts: ['guava'] },
  { group: 'org.yaml', artifacts: ['snakeyaml'] },
  // The first projects of Apache Commons are their own group; the names of their bundles say org.apache.commons.
  ...[
    'beanutils',
    'codec',
    'collections',
    'configuration',
    'dbcp',
    'digester',
    'fileupload',
    'httpclient',
    'io',
    'jxpath',
  ]
    .concat(['lang', 'logging', 'net', 'pool', 'validator', 'cli', 'daemon', 'el', 'discovery', 'jelly'])
    .map((name) => ({ group: `commons-${name}`, artifacts: [`commons-${name}`] })),
];

const exact = new Map<string, Row[]>();
const prefixes: (readonly [string, Row])[] = [];
for (const row of rows) {
  for (const artifact of row.artifacts) {
    if (artifact.endsWith('*')) prefixes.push([artifact.slice(0, -1), row]);
    else exact.set(artifact, [...(exact.get(artifact) ?? []), row]);
  }
}

/** The group under which an artifact is published, where it is one of the few that are listed here. */
export function knownGroup(artifact: string, version: string | undefined): string | undefined {
  const major = Number.parseInt(version ?? '', 10);
  const candidates = exact.get(artifact);
  if (candidates !== undefined) return candidates.find((row) => covers(row, major, candidates.length > 1))?.group;
  return prefixes.find(([prefix]) => artifact.startsWith(prefix) && artifact.length > prefix.length)?.[1].group;
}

function covers({ from = 0, below = Number.POSITIVE_INFINITY }: Row, major: number, matters: boolean): boolean {
  return !matters || (major >= from && major < below);
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
