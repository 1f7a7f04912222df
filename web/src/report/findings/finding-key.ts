import type { Finding } from '../../api/schema.ts';

/**
 * What a finding is called in an address: the same as long as the image and what is wrong with it are the same, whatever
 * else is found. Its id for those who read it, and a hash of all that makes it one.
 */
export function findingKey(finding: Finding): string {
  const { kind, id, package: pkg, location, layer, historyIndex, fingerprint } = finding;
  const parts = [
    kind,
    id,
    pkg?.purl,
    location?.path,
    location?.line,
    location?.offset,
    layer?.index,
    historyIndex,
    fingerprint,
  ];
  const name = id.replaceAll(/[^\w.-]/g, '').slice(0, 40);
  return `${name}~${hash(parts.map((part) => part ?? '').join('\0'))}`;
}

/** FNV-1a over UTF-16 code units, twice with different bases: 64 bits are plenty for one report. */
function hash(text: string): string {
  let low = 0x811c9dc5;
  let high = 0xcbf29ce4;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x01000193) + 0x9e3779b9;
  }
  return (low >>> 0).toString(36) + (high >>> 0).toString(36);
}

/** The place of the finding with that name; undefined where there is none (any more). */
export function findByKey(findings: readonly Finding[], key: string): number | undefined {
  if (key === '') return undefined;
  const place = findings.findIndex((finding) => findingKey(finding) === key);
  return place === -1 ? undefined : place;
}
