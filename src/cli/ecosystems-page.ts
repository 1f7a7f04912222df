import type { Ecosystem } from '../model/ecosystem.ts';
import type { Feed } from '../model/feed.ts';

function releaseWords({ releases = [] }: Ecosystem): string[] {
  if (releases.length === 0) return [];
  const rows = releases.map(
    ({ id, version, name, endOfLife }) => `| \`${id}:${version}\` | ${name} | ${endOfLife ?? ''} |`,
  );
  return ['| Release | Name | Security updates until |', '|---|---|---|', ...rows, ''];
}

const codes = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ');

function readWords({ types, analyzers }: Ecosystem): string {
  if (types.length === 0) return 'Recognised by its release files; its packages cannot be read yet.';
  return `Packages of type ${codes(types)}, read by ${codes(analyzers.map(({ name }) => name))}.`;
}

function sourceWords({ name, title, url, licence }: Feed): string {
  return `- \`${name}\`: [${title}](${url}), ${licence}`;
}

function section(ecosystem: Ecosystem): string[] {
  const { displayName, types, feeds } = ecosystem;
  const sources = feeds.map(sourceWords);
  return [
    `## ${displayName}`,
    '',
    `${readWords(ecosystem)} [Sources and quirks](../src/ecosystems/${ecosystem.id}/README.md).`,
    '',
    ...(types.length > 0 && sources.length === 0
      ? ['No advisories yet: the report says that nobody watches them.', '']
      : []),
    ...(sources.length > 0 ? ['Advisories:', '', ...sources, ''] : []),
    ...releaseWords(ecosystem),
  ];
}

/**
 * docs/ecosystems.md: what Drydock recognises, reads and judges. Enrichers come at the end: everything that is read is named with
 * its licence.
 */
export function ecosystemsPage(ecosystems: readonly Ecosystem[], feeds: readonly Feed[]): string {
  return [
    '# Ecosystems',
    '',
    '<!-- Generated from src/ecosystems by `npm run docs`; do not edit. -->',
    '',
    `Drydock knows ${ecosystems.length} distributions and languages. How to add one: [adding-an-ecosystem.md](adding-an-ecosystem.md).`,
    '',
    ...ecosystems.flatMap(section),
    '## Data of no single ecosystem',
    '',
    'What vulnerabilities are worth, whatever package has them:',
    '',
    ...feeds.filter(({ enriches }) => enriches === true).map(sourceWords),
    '',
  ].join('\n');
}
