import type { Finding } from '../model/finding.ts';
import type { Package } from '../model/package.ts';
import type { Report } from '../model/report.ts';
import type { Page } from './page.ts';
import { instructionWords, numberWords, sizeWords } from './words.ts';

/** What each layer brought to the image, and how many findings came with it. */
export function layerLines(report: Report, findings: readonly Finding[], page: Page): string[] {
  const { layers } = report.image;
  if (layers.length === 0) return [];
  const installed = report.packages.filter(({ evidence }) => evidence === undefined);
  const packages = Map.groupBy(installed, ({ layer }) => layer.index);
  const found = Map.groupBy(findings, ({ layer }) => layer?.index);
  const head = `  ${'layer'.padStart(5)}  ${'size'.padStart(9)}  ${'packages'.padStart(8)}  ${'findings'.padStart(8)}  instruction`;
  return [
    page.paint('heading', 'LAYERS'),
    page.paint('quiet', head.slice(0, page.width).trimEnd()),
    ...layers.map(({ index, size, instruction }) => {
      const numbers = [
        String(index).padStart(5),
        sizeWords(size).padStart(9),
        countOrDash(packages.get(index)?.length).padStart(8),
        countOrDash(found.get(index)?.length).padStart(8),
      ];
      const start = `  ${numbers.join('  ')}  `;
      return `${start}${page.fit(instructionWords(instruction), page.width - start.length)}`.trimEnd();
    }),
    '',
  ];
}

function countOrDash(count: number | undefined): string {
  return count === undefined ? '-' : numberWords(count);
}

/** Every package, where a list was asked for. */
export function packageLines(report: Report, page: Page): string[] {
  const { packages } = report;
  if (packages.length === 0) return [];
  const name = Math.min(
    Math.floor(page.width * 0.4),
    packages.reduce((most, pkg) => Math.max(most, pkg.name.length), 0),
  );
  const type = packages.reduce((most, pkg) => Math.max(most, typeWords(pkg).length), 0);
  const version = Math.max(4, page.width - 2 - name - 2 - type - 2 - 2 - 'layer 000'.length);
  return [
    page.paint('heading', `PACKAGES  ${numberWords(packages.length)}`),
    ...packages.map((pkg) => {
      const layer = `layer ${pkg.layer.index}`;
      return `  ${page.cell(pkg.name, name)}  ${page.cell(typeWords(pkg), type)}  ${page.cell(pkg.version, version)}  ${layer}`;
    }),
    '',
  ];
}

function typeWords({ type, evidence }: Package): string {
  return evidence === undefined ? type : `${type} ${evidence}`;
}
