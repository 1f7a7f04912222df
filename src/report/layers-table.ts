import { jsonText } from './json.ts';
import type { LayerChanges, LayerPackage, LayersReport } from './layers-report.ts';
import { Page } from './page.ts';
import { incompleteLines } from './table-problems.ts';
import { instructionWords, sizeWords } from './words.ts';

/** The JSON form of `drydock layers`. */
export function renderLayersJson(report: LayersReport): string {
  return jsonText(report);
}

/** The text form of `drydock layers`: `+` added, `~` another version, `-` removed; what is only asked for says so. */
export function renderLayersTable(
  report: LayersReport,
  options: { readonly width: number; readonly colour: boolean; readonly program?: string },
): string {
  const page = new Page(options);
  const { reference, distribution } = report.image;
  const name = distribution === undefined ? 'distribution unknown' : distribution.name;
  const lines = [
    ...incompleteLines(report, page),
    page.paint('heading', page.fit(`${reference} (${name})`, page.width)),
    '',
    ...report.layers.flatMap((layer) => layerLines(layer, page)),
  ];
  return `${lines.join('\n')}\n`;
}

function layerLines(layer: LayerChanges, page: Page): string[] {
  const { added, changed, removed } = layer;
  const lists = [
    [added, 'added'],
    [changed, 'changed'],
    [removed, 'removed'],
  ] as const;
  const asked = lists.flatMap(([list]) => list.filter(({ evidence }) => evidence !== undefined)).length;
  const counts = [
    ...lists.map(([list, word]) => [list.filter(({ evidence }) => evidence === undefined).length, word] as const),
    [asked, 'only asked for by lockfiles and manifests'],
  ] as const;
  const words = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  const head = `layer ${layer.index}  ${sizeWords(layer.size)}  `;
  return [
    page.paint('heading', head) + page.fit(instructionWords(layer.instruction), page.width - head.length),
    ...page.paragraph('  ', words.length === 0 ? 'no packages' : `packages: ${words.join(', ')}`, { tone: 'quiet' }),
    ...added.map((pkg) => packageLine('+', pkg, pkg.version, page)),
    ...changed.map((pkg) => packageLine('~', pkg, `${pkg.previousVersion} -> ${pkg.version}`, page)),
    ...removed.map((pkg) => packageLine('-', pkg, pkg.version, page)),
    '',
  ];
}

function packageLine(mark: string, pkg: LayerPackage, version: string, page: Page): string {
  const { name, type, arch, source, evidence } = pkg;
  const kind = arch === undefined ? type : `${type} ${arch}`;
  const where = evidence === undefined ? kind : `${kind}, ${evidence}`;
  const from = source === undefined || source.name === name ? '' : `, source ${source.name} ${source.version}`;
  return `    ${mark} ${page.fit(`${name} ${version} (${where}${from})`, page.width - 6)}`;
}
