import { changeKinds, type FindingChange, type ReportDiff } from '../diff/report-diff.ts';
import { markdownCell as cell } from './markdown-cell.ts';
import { listWords, numberWords } from './words.ts';

const titles: Readonly<Record<FindingChange['change'], string>> = { new: 'New', gone: 'Gone', changed: 'Changed' };

/** What differs between two reports, as Markdown for a comment on a change (CommonMark with tables of GitHub). */
export function renderDiffMarkdown(diff: ReportDiff): string {
  const sections = changeKinds.flatMap((kind) => {
    const changes = diff.findings.filter(({ change }) => change === kind);
    if (changes.length === 0) return [];
    return [
      `## ${titles[kind]} (${numberWords(changes.length)})`,
      '',
      '| Severity | Vulnerability | Where | Fixed in | Why |',
      '|---|---|---|---|---|',
      ...changes.map(rowOf),
      '',
    ];
  });
  const packages = diff.packages.map(({ name, before, after }) => {
    const versions = [before, after].map((some) => (some.length === 0 ? '-' : listWords(some, 4)));
    return `| ${cell(name)} | ${cell(versions[0]!)} | ${cell(versions[1]!)} |`;
  });
  return [
    `# ${cell(diff.before.reference)} and ${cell(diff.after.reference)}`,
    '',
    ...sections,
    ...(sections.length === 0 ? ['No finding came, went or changed.', ''] : []),
    ...(packages.length === 0
      ? []
      : [
          `## Packages (${numberWords(packages.length)})`,
          '',
          '| Package | Before | After |',
          '|---|---|---|',
          ...packages,
          '',
        ]),
    `${numberWords(diff.unchanged)} findings are the same in both.`,
    '',
  ].join('\n');
}

function rowOf({ before, after, evidence, change }: FindingChange): string {
  const { id, severity, package: pkg, location, fixedVersion = '' } = (after ?? before)!;
  const where = pkg === undefined ? (location?.path ?? '') : `${pkg.name} ${pkg.version}`;
  const cells = [severity, id, where, change === 'gone' ? '' : fixedVersion, `${evidence}.`];
  return `| ${cells.map(cell).join(' | ')} |`;
}
