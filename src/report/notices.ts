import { allOf, licenceText } from '../formats/spdx/licence-tree.ts';
import { compareText } from '../model/order.ts';
import type { Package } from '../model/package.ts';
import type { Report } from '../model/report.ts';
import { escapeLine } from './escape.ts';
import type { Format } from './format.ts';
import { countWords, dayWords } from './words.ts';

const UNKNOWN = 'No licence is known';
const RULE = '-'.repeat(72);

/** What is in an image by licence, for whoever hands it on: expressions of SPDX where the words can be told, or else the words. */
export const notices: Format = {
  id: 'notices',
  title: 'Notices: packages by licence, as text',
  findingKinds: [],
  withoutProblems: true,
  steady: true,
  render: (reports) => reports.map(noticesOf).join('\n') || '\n',
};

function noticesOf({ image, packages, createdAt }: Report): string {
  const installed = packages.filter(({ evidence }) => evidence === undefined);
  const groups = [...Map.groupBy(installed, licenceOf)].sort(([a], [b]) => order(a, b));
  const head = [
    `Licences of ${escapeLine(image.reference)}`,
    ...(image.digest === undefined ? [] : [image.digest]),
    `${countWords(installed.length, 'package')}, ${countWords(groups.length, 'licence')}, as of ${dayWords(createdAt)}`,
    '',
    'What packages say of themselves: their files may have other licences besides. Texts of licences are not part of this list;',
    'those that packages bring along are in the image.',
  ];
  const parts = groups.map(([licence, all]) => {
    const lines = [...new Set(all.map(packageLine))].sort(compareText);
    return [RULE, `${escapeLine(licence)} (${lines.length})`, RULE, ...lines, ''];
  });
  return `${[...head, '', ...parts.flat()].join('\n')}`;
}

/** Who says nothing comes last. */
function order(a: string, b: string): number {
  return Number(a === UNKNOWN) - Number(b === UNKNOWN) || compareText(a, b);
}

/** All of them hold: one expression, or the words that nobody can tell beside it. */
function licenceOf({ licences }: Pick<Package, 'licences'>): string {
  const tree = allOf(licences.toSorted(compareText));
  return tree === undefined ? UNKNOWN : licenceText(tree);
}

function packageLine({ name, version, purl }: Package): string {
  return `${escapeLine(name)} ${escapeLine(version)}  ${escapeLine(purl)}`;
}
