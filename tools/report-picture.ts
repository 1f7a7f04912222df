import { tmpdir } from 'node:os';
import path from 'node:path';
import { checks } from '../src/checks/index.ts';
import { supplyStarter } from '../src/cli/advisory-supply.ts';
import { noProgress } from '../src/context.ts';
import { ecosystems } from '../src/ecosystems/index.ts';
import { defaultLimits } from '../src/limits.ts';
import { silent } from '../src/log.ts';
import { table } from '../src/report/table.ts';
import { scanImage } from '../src/scan.ts';

const COLUMNS = 100;
const LINES = 46;
const LINE_HEIGHT = 17;
const CHARACTER_WIDTH = 7.83;
const MARGIN = 16;

/** Colours of the terminal codes that the table uses, on a dark ground. */
const colours: Readonly<Record<string, string>> = {
  '31': '#ff7b72',
  '32': '#7ee787',
  '33': '#e3b341',
  '34': '#79c0ff',
  '35': '#d2a8ff',
  '36': '#76e3ea',
  '90': '#8b949e',
  '91': '#ffa198',
};

/** The first lines of the report of `drydock demo` as a picture: what the README shows is what the program prints. */
export async function reportPicture(): Promise<string> {
  const advisories = supplyStarter('The demonstration asks the starter set only: a small sample, written by hand.');
  const reports = await scanImage(
    path.resolve(import.meta.dirname, '../examples/demo.tar'),
    { ecosystems, checks, toolVersion: '0', advisories },
    {
      signal: new AbortController().signal,
      log: silent,
      limits: defaultLimits,
      progress: noProgress,
      temporary: tmpdir(),
      now: new Date('2026-06-01T00:00:00Z'),
    },
  );
  advisories.close();
  const shown = reports.map((report) => ({ ...report, image: { ...report.image, reference: 'examples/demo.tar' } }));
  const text = table.render(shown, { width: COLUMNS, colour: true, listPackages: false });
  return picture(text.split('\n').slice(0, LINES));
}

function picture(lines: readonly string[]): string {
  const width = Math.ceil(COLUMNS * CHARACTER_WIDTH + 2 * MARGIN);
  const height = lines.length * LINE_HEIGHT + 2 * MARGIN;
  const rows = lines.map(
    (line, i) => `<text x="${MARGIN}" y="${MARGIN + (i + 1) * LINE_HEIGHT - 4}">${spans(line)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="The report of drydock demo">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13" fill="#e6edf3" xml:space="preserve">
${rows.join('\n')}
</g>
</svg>
`;
}

/** Turns terminal codes into spans. */
function spans(line: string): string {
  let fill: string | undefined;
  let bold = false;
  let result = '';
  for (const [index, part] of line.split(/\x1b\[([0-9;]*)m/).entries()) {
    if (index % 2 === 1) {
      for (const code of part.split(';')) {
        if (code === '1') bold = true;
        else if (code === '0') [fill, bold] = [undefined, false];
        else if (code === '22') bold = false;
        else if (code === '39') fill = undefined;
        else if (code === '2') fill = colours['90'];
        else fill = colours[code] ?? fill;
      }
    } else if (part !== '') {
      const style = `${fill === undefined ? '' : ` fill="${fill}"`}${bold ? ' font-weight="bold"' : ''}`;
      result += style === '' ? escapeXml(part) : `<tspan${style}>${escapeXml(part)}</tspan>`;
    }
  }
  return result;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
