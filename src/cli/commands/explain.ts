import { didYouMean } from '../../config/nearest.ts';
import { UsageError } from '../../errors.ts';
import type { Explanation } from '../../match/explanation.ts';
import { VersionError, type VersionScheme } from '../../model/version-scheme.ts';
import type { Command, Invocation } from '../command.ts';
import { renderOptions } from '../deliver.ts';
import { makeScanContext } from '../scan-context.ts';

const schemes: ReadonlyMap<string, () => Promise<VersionScheme>> = new Map([
  ['deb', async () => (await import('../../formats/versions/deb.ts')).debVersions],
  ['apk', async () => (await import('../../formats/versions/apk.ts')).apkVersions],
]);

async function compareVersions({ words, configuration, io }: Invocation): Promise<number> {
  const [name = '', a = '', b = ''] = words;
  const load = schemes.get(name.toLowerCase());
  if (load === undefined) {
    const known = [...schemes.keys()];
    const meant = didYouMean(name, known);
    throw new UsageError(
      'usage.option',
      `${JSON.stringify(name)} is no version scheme. Known are ${known.join(', ')}.${meant}`,
    );
  }
  const [scheme, { renderComparison }] = await Promise.all([load(), import('../../report/explanation.ts')]);
  try {
    await io.stdout.write(renderComparison(scheme, a, b, { steps: configuration.settings.verbose }));
    return 0;
  } catch (error) {
    if (error instanceof VersionError) throw new UsageError('usage.option', `${error.message}.`, { cause: error });
    throw error;
  }
}

/** One explanation for every image that the reference leads to. */
async function explainAll(invocation: Invocation): Promise<readonly Explanation[]> {
  const { words, configuration, io } = invocation;
  const { settings } = configuration;
  const [id = '', reference = ''] = words;
  const [
    { views },
    { ecosystems },
    { explainVulnerability },
    { neededAdvisories },
    { withDialer },
    { supplyAdvisories },
  ] = await Promise.all([
    import('../../scan.ts'),
    import('../../ecosystems/index.ts'),
    import('../../match/explain.ts'),
    import('../../match/needed.ts'),
    import('../scan-images.ts'),
    import('../advisory-supply.ts'),
  ]);
  const context = makeScanContext(invocation);
  return await withDialer(invocation, async (dialer) => {
    const supply = supplyAdvisories({ settings, environment: io.environment, dialer, context });
    const platform = settings.platform === undefined ? {} : { platform: settings.platform };
    const explanations: Explanation[] = [];
    try {
      for await (const { view } of views(reference, { ecosystems, checks: [], ...platform }, context)) {
        const { source, problems } = await supply.supply(neededAdvisories(view, ecosystems));
        for (const { code, message } of problems) io.log.warn({ code }, message);
        if (source !== undefined) explanations.push(explainVulnerability(id, view, ecosystems, source));
      }
    } finally {
      supply.close();
    }
    return explanations;
  });
}

async function explain(invocation: Invocation): Promise<number> {
  const { configuration, io } = invocation;
  const explanations = await explainAll(invocation);
  if (configuration.settings.format === 'json') {
    const document = explanations.length === 1 ? explanations[0] : { explanations };
    await io.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
    return 0;
  }
  const { renderExplanation } = await import('../../report/explanation.ts');
  const how = renderOptions(invocation);
  await io.stdout.write(explanations.map((explanation) => renderExplanation(explanation, how)).join('\n'));
  return 0;
}

const versions: Command = {
  name: 'versions',
  summary: 'Compare two versions as a package manager does: prints <, = or >; with -v also why.',
  arguments: [
    { name: 'scheme', description: [...schemes.keys()].join(', ') },
    { name: 'a', description: 'a version; after -- if it begins with a hyphen' },
    { name: 'b', description: 'another' },
  ],
  options: [],
  examples: ['drydock explain versions deb 1.0~rc1 1.0'],
  run: compareVersions,
};

export const command: Command = {
  name: 'explain',
  summary: 'Explain why an image has, or does not have, a vulnerability.',
  arguments: [
    { name: 'vulnerability', description: 'any of its ids: CVE-2024-1234, DSA-5000-1' },
    { name: 'image', description: 'as for scan' },
  ],
  options: ['format', 'platform', 'offline', 'cache-dir', 'db', 'mirror', 'timeout'],
  formats: ['table', 'json'],
  examples: ['drydock explain CVE-2024-2961 image.tar'],
  commands: [versions],
  run: explain,
};
