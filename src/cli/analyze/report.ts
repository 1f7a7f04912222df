import { escapeText } from '../../report/escape.ts';
import { type StoredSeverity, storedSeverities } from '../../store/package-version.ts';
import { wrapEvenly } from './wrap-evenly.ts';

/** A vulnerability of a package of the image, as a Clair v1 server tells it. */
export interface ImageVulnerability {
  readonly name: string;
  readonly severity: string;
  readonly description: string;
  readonly link: string;
  readonly fixedBy: string;
  readonly package: string;
  readonly version: string;
  /** The layer that brought the package. */
  readonly layer: string;
}

/** What a server knows of an image by its last layer. */
export interface LayerFindings {
  readonly parent: string;
  /** Packages of the image. */
  readonly packages: number;
  readonly vulnerabilities: readonly ImageVulnerability[];
}

export interface ClairReport {
  readonly text: string;
  /** Vulnerabilities that are severe enough to be shown. */
  readonly shown: number;
}

const WIDTH = 80;

const colors = { red: 31, green: 32, yellow: 33, white: 37 } as const;
type Paint = (color: keyof typeof colors, text: string) => string;

/** Where a severity stands; one that nobody knows comes before all others, so that it is not missed (spec 7). */
function rankOf(severity: string): number {
  const rank = storedSeverities.indexOf(severity as StoredSeverity);
  return rank < 0 ? storedSeverities.length : rank;
}

function colorOf(severity: string): keyof typeof colors {
  if (severity === 'High' || severity === 'Critical') return 'red';
  return severity === 'Medium' ? 'yellow' : 'white';
}

function entry(found: ImageVulnerability, paint: Paint): string {
  const lines = [`${escapeText(found.name)} (${paint(colorOf(found.severity), escapeText(found.severity))})`];
  if (found.description !== '') {
    const wrapped = wrapEvenly(found.description, WIDTH).map(escapeText);
    lines.push(...wrapped.map((line) => (line === '' ? '' : `\t${line}`)), '');
  }
  lines.push(`\tPackage:       ${escapeText(found.package)} @ ${escapeText(found.version)}`);
  if (found.fixedBy !== '') lines.push(`\tFixed version: ${escapeText(found.fixedBy)}`);
  if (found.link !== '') lines.push(`\tLink:          ${escapeText(found.link)}`);
  lines.push(`\tLayer:         ${escapeText(found.layer)}`, '');
  return `${lines.join('\n')}\n`;
}

/**
 * The report of analyze-local-images (spec 12.3), most severe first.
 * @param time when it was made
 */
export function renderClairReport(
  image: string,
  { packages, vulnerabilities }: LayerFindings,
  how: { readonly time: Date; readonly minimum: StoredSeverity; readonly color: boolean },
): ClairReport {
  const paint: Paint = (color, text) => (how.color ? `\u001b[${colors[color]}m${text}\u001b[0m` : text);
  const title = `Clair report for image ${escapeText(image)} (${goTime(how.time)})\n`;
  const note = (words: string): ClairReport => ({ text: `${title}${paint('yellow', 'NOTE:')} ${words}\n`, shown: 0 });
  if (packages === 0) {
    return note(
      "No features have been detected in the image. This usually means that the image isn't supported by Clair.",
    );
  }
  if (vulnerabilities.length === 0) {
    const success = `${paint('green', 'Success!')} No vulnerabilities were detected in your image`;
    return { text: `${title}${success}\n`, shown: 0 };
  }
  const shown = vulnerabilities
    .filter(({ severity }) => rankOf(severity) >= rankOf(how.minimum))
    .sort((a, b) => rankOf(b.severity) - rankOf(a.severity));
  if (shown.length === 0) {
    return note('No vulnerabilities matching the minimum severity level were detected in your image');
  }
  return { text: `${title}${shown.map((found) => entry(found, paint)).join('')}`, shown: shown.length };
}

/** A moment as Go prints it; it always has nine digits of which this machine knows three. */
function goTime(time: Date): string {
  return `${time.toISOString().replace('T', ' ').replace('Z', '000000 +0000 UTC')}`;
}
