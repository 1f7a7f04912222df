import { isPart, isVersion } from './coordinates.ts';

/** What the name of an archive tells. */
export interface ArchiveName {
  readonly artifact: string;
  readonly version?: string;
  /** `sources`, `linux-x86_64`: what tells archives of the same version apart. */
  readonly classifier?: string;
}

/** Words that go on with a version behind a hyphen; any other begins a name or a classifier. */
const qualifiers =
  /^(?:alpha|beta|milestone|preview|pre|rc|cr|ga|final|release|sp|snapshot|incubating|incubator|dev|ea|nightly|build|rev|patch|hotfix|b|m|r|p|jre|android|redhat|jboss|atlassian|cdh|hdp|mapr|emr|amzn|debian|deprecated|v)[\d.]*$/i;

/** Classifiers in use that could be taken for a part of the version. */
const classifier =
  /-((?:test-)?sources|(?:test-)?javadoc|tests?|test-fixtures|jar-with-dependencies|with-dependencies|all|shaded|uber|shadow|fat|bundle|standalone|exec|plain|runner|core|no[_-]?aop|indy|site|client|hadoop\d|jdk\d+|(?:natives?-)?(?:linux|windows|osx|macos)(?:-[\w]+)*)$/i;

/**
 * Splits the name of an archive into artifact and version: `log4j-1.2-api-2.17.1.jar`, `kafka_2.13-3.6.0.jar`,
 * `org.eclipse.osgi_3.16.0.v20200828-0759.jar`. No format has a rule for where the one ends and the other begins, so
 * a version that the archive states itself decides wherever the name has it.
 * @param name with its suffix
 * @param versions that the archive states, the most certain first
 */
export function readArchiveName(name: string, versions: readonly string[] = []): ArchiveName {
  const stem = name.slice(0, 400).replace(/\.[A-Za-z0-9]{2,5}$/, '');
  return byStated(stem, versions) ?? byUnderscore(stem) ?? byTokens(stem) ?? withoutVersion(stem);
}

/** A kind of archive that nothing runs: sources, documentation, and tests of the package beside it. */
export function isCompanion({ classifier: words }: ArchiveName): boolean {
  return words !== undefined && /^(?:(?:test-)?sources|(?:test-)?javadoc|tests?|test-fixtures|site)$/i.test(words);
}

function byStated(stem: string, versions: readonly string[]): ArchiveName | undefined {
  for (const version of versions) {
    const at = stem.lastIndexOf(`-${version}`);
    const artifact = stem.slice(0, Math.max(0, at));
    const rest = stem.slice(at + 1 + version.length);
    if (!/^\d/.test(version) || !isPart(artifact)) continue;
    if (rest === '') return { artifact, version };
    // `1.2` is a part of `1.2.3`, and `30.0` one of `30.0-jre`.
    const words = rest.slice(1);
    if (rest.startsWith('-') && (classifier.exec(rest)?.[0] === rest || isName(words))) {
      return { artifact, version, classifier: words };
    }
  }
  return undefined;
}

/** Plug-ins of Eclipse: three numbers behind an underscore. A version of Scala has two. */
function byUnderscore(stem: string): ArchiveName | undefined {
  const match = /^([A-Za-z][\w.-]*?)_(\d+\.\d+\.\d+(?:\.[\w-]+)?)$/.exec(stem);
  const [, artifact, version] = match ?? [];
  return isPart(artifact) && isVersion(version) && artifact.includes('.') ? { artifact, version } : undefined;
}

function byTokens(stem: string): ArchiveName | undefined {
  const words = classifier.exec(stem)?.[1];
  const bare = words === undefined ? stem : stem.slice(0, -words.length - 1);
  const tokens = bare.split('-');
  let start = tokens.findIndex((token, index) => index > 0 && begins(token, tokens[index + 1]));
  if (start < 0) return undefined;
  // `log4j-1.2-api-2.17.1`: the number belongs to the name where a word and a whole version follow it.
  for (let at = start + 2; at < tokens.length; at++) {
    const between = tokens.slice(start + 1, at);
    if (/^\d+\.\d/.test(tokens[at] ?? '') && between.every(isName)) {
      start = at;
    }
  }
  const artifact = tokens.slice(0, start).join('-');
  const version = tokens.slice(start).join('-');
  if (!isPart(artifact) || !isVersion(version)) return undefined;
  // `log4j-1.2-api`: what ends in a word is all name.
  if (tokens.slice(start + 1).some(isName)) return undefined;
  return { artifact, version, ...(words !== undefined && { classifier: words }) };
}

/** Whether a word behind a number is one of a name. */
function isName(word: string): boolean {
  return /^[A-Za-z_]+$/.test(word) && !qualifiers.test(word);
}

/** `v1` begins a version of Google's clients alone (`v1-rev20210127-1.31.0`); others have it in their names. */
function begins(token: string, next: string | undefined): boolean {
  return (
    /^\d/.test(token) || (/^v\d/.test(token) && (next === undefined ? token.includes('.') : next.startsWith('rev')))
  );
}

function withoutVersion(stem: string): ArchiveName {
  const words = /-((?:test-)?sources|(?:test-)?javadoc)$/i.exec(stem)?.[1];
  return words === undefined ? { artifact: stem } : { artifact: stem.slice(0, -words.length - 1), classifier: words };
}
