import { didYouMean } from '../../config/nearest.ts';
import { exitStatus, UsageError } from '../../errors.ts';
import type { Explanation } from '../../match/explanation.ts';
import { isIncomplete, type Problem } from '../../model/problem.ts';
import { VersionError, type VersionScheme } from '../../model/version-scheme.ts';
import type { Command, Invocation } from '../command.ts';
import { renderOptions } from '../deliver.ts';
import { readingOptionNames, readingOptions } from '../reading-options.ts';
import { makeScanContext } from '../scan-context.ts';
import { checkStandardInput } from '../standard-input.ts';

const schemes: ReadonlyMap<string, () => Promise<VersionScheme>> = new Map([
  ['alpm', async () => (await import('../../formats/versions/alpm.ts')).alpmVersions],
  ['apk', async () => (await import('../../formats/versions/apk.ts')).apkVersions],
  ['bitnami', async () => (await import('../../ecosystems/bitnami/versions.ts')).bitnamiVersions],
  ['composer', async () => (await import('../../formats/versions/composer-normal.ts')).composerNormalVersions],
  ['conan', async () => (await import('../../formats/versions/conan.ts')).conanVersions],
  ['cran', async () => (await import('../../formats/versions/cran.ts')).cranVersions],
  ['deb', async () => (await import('../../formats/versions/deb.ts')).debVersions],
  ['gem', async () => (await import('../../formats/versions/gem.ts')).gemVersions],
  ['go', async () => (await import('../../formats/versions/go.ts')).goVersions],
  ['hackage', async () => (await import('../../formats/versions/hackage.ts')).hackageVersions],
  ['homebrew', async () => (await import('../../ecosystems/homebrew/versions.ts')).homebrewVersions],
  ['julia', async () => (await import('../../formats/versions/julia.ts')).juliaVersions],
  ['luarocks', async () => (await import('../../formats/versions/luarocks.ts')).luarocksVersions],
  ['maven', async () => (await import('../../formats/versions/maven.ts')).mavenVersions],
  ['nuget', async () => (await import('../../formats/versions/nuget.ts')).nugetVersions],
  ['opam', async () => (await import('../../formats/versions/opam.ts')).opamVersions],
  ['perl', async () => (await import('../../formats/versions/perl.ts')).perlVersions],
  ['pub', async () => (await import('../../formats/versions/pub.ts')).pubVersions],
  ['pypi', async () => (await import('../../formats/versions/pypi.ts')).pypiVersions],
  ['rpm', async () => (await import('../../formats/versions/rpm.ts')).rpmVersions],
  ['semver', async () => (await import('../../formats/versions/semver.ts')).semverVersions],
]);

/**
 * Other names of schemes: package types of purls that have no order of their own, what an order is also called, languages
 * and registries.
 */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['bioconductor', 'cran'],
  ['brew', 'homebrew'],
  ['cargo', 'semver'],
  ['cpan', 'perl'],
  ['crates.io', 'semver'],
  ['dart', 'pub'],
  ['dotnet', 'nuget'],
  ['elixir', 'semver'],
  ['golang', 'go'],
  ['haskell', 'hackage'],
  ['hex', 'semver'],
  ['java', 'maven'],
  ['lua', 'luarocks'],
  ['node', 'semver'],
  ['ocaml', 'opam'],
  ['npm', 'semver'],
  ['otp', 'semver'],
  ['packagist', 'composer'],
  ['pep440', 'pypi'],
  ['php', 'composer'],
  ['python', 'pypi'],
  ['r', 'cran'],
  ['ruby', 'gem'],
  ['rubygems', 'gem'],
  ['rust', 'semver'],
  ['swift', 'semver'],
  ['vcpkg', 'semver'],
]);

async function compareVersions(invocation: Invocation): Promise<number> {
  const { words, configuration, io } = invocation;
  const [name = '', a = '', b = ''] = words;
  const lower = name.toLowerCase();
  const load = schemes.get(otherNames.get(lower) ?? lower);
  if (load === undefined) {
    const known = [...schemes.keys()];
    const meant = didYouMean(name, known);
    throw new UsageError(
      'usage.option',
      `${JSON.stringify(name)} is no version scheme. Known are ${known.join(', ')}.${meant}`,
    );
  }
  const [scheme, { renderComparison }] = await Promise.all([load(), import('../../report/explanation.ts')]);
  const { width } = renderOptions(invocation);
  try {
    await io.stdout.write(renderComparison(scheme, a, b, { steps: configuration.settings.verbose, width }));
    return 0;
  } catch (error) {
    if (error instanceof VersionError) throw new UsageError('usage.option', `${error.message}.`, { cause: error });
    throw error;
  }
}

/** An explanation, what of the image or the advisories it could not know, and what there is to be said of what accepts it. */
interface Explained {
  readonly explanation: Explanation;
  readonly problems: readonly Problem[];
}

/** One explanation for every image that the reference leads to. */
async function explainAll(invocation: Invocation): Promise<readonly Explained[]> {
  const { words, configuration, io } = invocation;
  const { settings } = configuration;
  const [id = '', reference = ''] = words;
  checkStandardInput([reference], io);
  const [
    { views },
    { ecosystems },
    { explainVulnerability },
    { neededAdvisories },
    { severityOrder },
    { withDialer },
    { supplyAdvisories },
    { openAcceptor },
    { withAcceptance },
  ] = await Promise.all([
    import('../../scan.ts'),
    import('../../ecosystems/index.ts'),
    import('../../match/explain.ts'),
    import('../../match/needed.ts'),
    import('../../match/rating.ts'),
    import('../with-dialer.ts'),
    import('../advisory-supply.ts'),
    import('../acceptance.ts'),
    import('../explained-acceptance.ts'),
  ]);
  const context = makeScanContext(invocation);
  return await withDialer(invocation, async (dialer) => {
    const supply = supplyAdvisories({ settings, environment: io.environment, dialer, context });
    const acceptor = await openAcceptor(invocation, dialer);
    const verify = acceptor?.digests === true;
    const options = { ecosystems, checks: [], verify, ...readingOptions(invocation, context, dialer) };
    const explained: Explained[] = [];
    try {
      for await (const { view, coverage } of views(reference, options, context)) {
        const { source, problems } = await supply.supply(
          neededAdvisories(view, ecosystems, { lockfiles: settings.lockfiles }),
        );
        if (source === undefined) continue;
        const judging = { severityOrder: severityOrder(settings['severity-source']), lockfiles: settings.lockfiles };
        const bare = explainVulnerability(id, view, ecosystems, source, judging);
        const image = { view, coverage, source, options: judging, now: context.now };
        const accepted =
          acceptor === undefined ? { explanation: bare, problems: [] } : await withAcceptance(bare, image, acceptor);
        const unknown = [...view.problems, ...problems].filter(isIncomplete);
        explained.push({ explanation: accepted.explanation, problems: [...unknown, ...accepted.problems] });
      }
    } finally {
      supply.close();
    }
    return explained;
  });
}

/** @throws UsageError where a rule was meant, which no advisory is about */
async function refuseRules([id = '', reference = '']: readonly string[]): Promise<void> {
  if (/^(?:CVE|GHSA)-/i.test(id)) return;
  if (id.toLowerCase() === 'rule') {
    throw new UsageError('usage.option', `Rules are told by "drydock checks": write drydock checks ${reference}.`);
  }
  const [{ checks }, { allRules, rulesNamed }] = await Promise.all([
    import('../../checks/index.ts'),
    import('../../checks/find-rules.ts'),
  ]);
  if (rulesNamed(id, await allRules(checks)).length === 0) return;
  throw new UsageError(
    'usage.option',
    `${JSON.stringify(id)} is a rule, not a vulnerability: "drydock checks ${id}" tells all of it, "drydock explain finding ${id} IMAGE" what it found.`,
  );
}

async function explain(invocation: Invocation): Promise<number> {
  const { configuration, io, words } = invocation;
  await refuseRules(words);
  const explained = await explainAll(invocation);
  // Most likely a slip of the fingers: nothing that is called so could be judged.
  const isUnknown = explained.length > 0 && explained.every(({ explanation }) => explanation.verdict === 'unknown');
  const status = isUnknown ? exitStatus.findings : exitStatus.done;
  if (configuration.settings.format === 'json') {
    const documents = explained.map(({ explanation, problems }) => ({ ...explanation, problems }));
    const document = documents.length === 1 ? documents[0]! : { explanations: documents };
    await io.stdout.write((await import('../../report/json.ts')).jsonText(document));
    return status;
  }
  const { renderExplanation } = await import('../../report/explanation.ts');
  const how = renderOptions(invocation);
  const texts = explained.map(({ explanation, problems }) => renderExplanation(explanation, { ...how, problems }));
  await io.stdout.write(texts.join('\n'));
  return status;
}

const versions: Command = {
  name: 'versions',
  summary: 'Compare two versions as a package manager does: prints <, = or >; with -v also why.',
  arguments: [
    { name: 'scheme', description: [...schemes.keys()].join(', '), offers: async () => [...schemes.keys()] },
    { name: 'a', description: 'a version; after -- if it begins with a hyphen', mayBeEmpty: true },
    { name: 'b', description: 'another', mayBeEmpty: true },
  ],
  options: [],
  examples: ['drydock explain versions deb 1.0~rc1 1.0'],
  run: compareVersions,
};

/**
 * Whether a word has the form of ids of vulnerabilities (`CVE-2024-1234`, `RHSA-2024:1234`, `openSUSE-SU-2024:1-1`) and is
 * no rule. Paths have not, nor have most names of signatures.
 */
async function mayBeVulnerability(word: string): Promise<boolean> {
  if (/^(?:CVE|GHSA)-/i.test(word)) return true;
  if (!/^[a-z][a-z0-9]{0,20}-[\w:.+~-]{1,100}$/i.test(word) || !/\d/.test(word)) return false;
  const [{ checks }, { allRules, rulesNamed }] = await Promise.all([
    import('../../checks/index.ts'),
    import('../../checks/find-rules.ts'),
  ]);
  return rulesNamed(word, await allRules(checks)).length === 0;
}

async function explainFinding(invocation: Invocation): Promise<number> {
  const { words, configuration, io } = invocation;
  const [word = '', subject = ''] = words;
  const [{ reportsOf }, { findingsNamed, renderFindings }] = await Promise.all([
    import('../subject-reports.ts'),
    import('../../report/finding-explanation.ts'),
  ]);
  const withoutAdvisories =
    !configuration.settings.checks.includes('vulnerability') && !(await mayBeVulnerability(word));
  const reports = await reportsOf(subject, invocation, { withoutAdvisories });
  const findings = reports.flatMap((report) => findingsNamed(report, word));
  if (findings.length === 0) {
    const known = [...new Set(reports.flatMap((report) => report.findings.map(({ id }) => id)))];
    throw new UsageError(
      'usage.option',
      `Nothing was found that ${JSON.stringify(word)} names.${didYouMean(word, known)}`,
    );
  }
  if (configuration.settings.format === 'json') {
    await io.stdout.write((await import('../../report/json.ts')).jsonText({ findings }));
  } else {
    await io.stdout.write(renderFindings(findings, renderOptions(invocation)));
  }
  return 0;
}

const finding: Command = {
  name: 'finding',
  summary: 'Show all that is known of why something was found: rules, places, digests, scores.',
  description:
    'Advisories are used only where WHAT can be the id of a vulnerability, or --checks names "vulnerability": for a path and for a rule nothing is fetched.',
  arguments: [
    {
      name: 'what',
      description: 'id of a finding, a path in the image (an archive: what is in it, too), or the name of a rule',
    },
    { name: 'image', description: 'as for scan, or a JSON report', offers: 'files' },
  ],
  options: [
    'format',
    'checks',
    'skip-checks',
    'deep',
    'unwanted',
    'rules',
    'db',
    'mirror',
    'image-name',
    'policy',
    'no-policy',
    ...readingOptionNames,
  ],
  formats: ['table', 'json'],
  examples: ['drydock explain finding srv/www/upload.php image.tar', 'drydock explain finding Eicar-Test report.json'],
  run: explainFinding,
};

export const command: Command = {
  name: 'explain',
  summary: 'Explain why an image has, or does not have, a vulnerability.',
  arguments: [
    { name: 'vulnerability', description: 'any of its ids: CVE-2024-1234, DSA-5000-1, GHSA-jfh8-c2jp-5v3q' },
    { name: 'image', description: 'as for scan', offers: 'files' },
  ],
  options: [
    'format',
    'db',
    'mirror',
    'severity-source',
    'lockfiles',
    'image-name',
    'policy',
    'no-policy',
    'vex',
    'vex-repository',
    ...readingOptionNames,
  ],
  formats: ['table', 'json'],
  examples: ['drydock explain CVE-2024-2961 image.tar'],
  commands: [finding, versions],
  run: explain,
};
