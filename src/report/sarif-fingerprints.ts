import { createHash } from 'node:crypto';
import { parsePackageUrl } from '../formats/package-url.ts';
import type { Finding } from '../model/finding.ts';

/** Hexadecimal digits: 128 bits. */
const DIGITS = 32;

/**
 * What a result is known by from one scan to the next (SARIF 2.1.0, 3.27.17; docs/sarif.md): its kind and id, and the
 * package, whatever its version, or else the name of the file. Neither the image nor the folder nor the layer goes in.
 * Those that are alike are numbered, in the order of the report.
 */
export function fingerprintsOf(findings: readonly Finding[]): readonly string[] {
  const counts = new Map<string, number>();
  return findings.map((finding) => {
    const hash = hashOf(finding);
    const count = (counts.get(hash) ?? 0) + 1;
    counts.set(hash, count);
    return `${hash}:${count}`;
  });
}

function hashOf({ kind, id, package: pkg, location }: Finding): string {
  const file = location?.path.split('/').findLast((part) => part !== '') ?? '';
  const subject = pkg === undefined ? ['file', file] : ['package', ...packageIdentity(pkg)];
  return createHash('sha256')
    .update(JSON.stringify([kind, id, ...subject]))
    .digest('hex')
    .slice(0, DIGITS);
}

function packageIdentity({ name, purl }: NonNullable<Finding['package']>): readonly string[] {
  const parsed = parsePackageUrl(purl);
  if (parsed === undefined) return [name];
  return [parsed.type, parsed.namespace ?? '', parsed.name, parsed.qualifiers.get('arch') ?? ''];
}
