import { apkVersions } from '../formats/versions/apk.ts';
import type { Feed } from '../model/feed.ts';
import { osvFeed } from './osv.ts';

/**
 * Chainguard's records at OSV: each names packages of both its distributions, Chainguard and Wolfi, and has a folder in
 * each. They name every package by itself, also those that are built beside others, and the CVE among what is related.
 */
export function chainguardOsvFeed(ecosystem: 'Chainguard' | 'Wolfi', insteadOf: string): Feed {
  const namespace = ecosystem.toLowerCase();
  return {
    ...osvFeed({
      name: `${namespace}-osv`,
      version: 1,
      ecosystem,
      title: `${ecosystem} security data (OSV)`,
      licence: 'terms of Chainguard, Inc.',
      nameKind: 'binary',
      compare: apkVersions.compare,
      rangesOnly: true,
      cvesAreRelated: true,
      accepts: (id) => id.startsWith('CGA-'),
    }),
    insteadOf,
  };
}
