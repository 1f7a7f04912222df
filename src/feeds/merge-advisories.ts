import type { Advisory } from '../model/advisory.ts';

const URLS = 8;

/**
 * Two records of one id: a publisher that writes a notice once for each release means both. What is said once is taken
 * from the one that changed last.
 */
export function mergeAdvisories(first: Advisory, second: Advisory): Advisory {
  const rows = new Map([...first.affected, ...second.affected].map((row) => [JSON.stringify(row), row]));
  const later = (second.modified ?? '') >= (first.modified ?? '') ? second : first;
  return {
    ...later,
    aliases: [...new Set([...first.aliases, ...second.aliases])],
    urls: [...new Set([...later.urls, ...first.urls, ...second.urls])].slice(0, URLS),
    affected: [...rows.values()],
  };
}
