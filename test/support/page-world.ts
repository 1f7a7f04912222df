import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { DatabasePackage } from './databases.ts';
import { type FeedMirror, startFeedMirror } from './feed-mirror.ts';
import { dockerArchive, layer } from './image.ts';
import { alpineLayer, debianFiles } from './root-file-systems.ts';
import { projectRoot } from './run.ts';

/** What a service is told to have the advisories of the demo: `drydock serve --feeds …`. */
export const worldFeeds = 'debian-tracker,cisa-kev,epss,end-of-life';

interface StarterRecord {
  readonly id: string;
  readonly summary: string;
  readonly affected: readonly {
    readonly package: { readonly ecosystem: string; readonly name: string };
    readonly ranges: readonly { readonly events: readonly { readonly fixed?: string }[] }[];
  }[];
  readonly database_specific?: { readonly severity?: string };
}

const codenames: Readonly<Record<string, string>> = { '11': 'bullseye', '12': 'bookworm', '13': 'trixie' };

/** The starter advisories of Debian as its tracker would tell them. */
function trackerDocument(): string {
  const file = path.join(projectRoot, 'starter/advisories/debian.json');
  const records = JSON.parse(readFileSync(file, 'utf8')) as readonly StarterRecord[];
  const document: Record<string, Record<string, { description: string; releases: Record<string, unknown> }>> = {};
  for (const { id, summary, affected, database_specific } of records) {
    for (const { package: pkg, ranges } of affected) {
      const codename = codenames[pkg.ecosystem.slice('Debian:'.length)];
      if (codename === undefined) continue;
      const fixed = ranges.flatMap(({ events }) => events).find((event) => event.fixed !== undefined)?.fixed;
      document[pkg.name] ??= {};
      document[pkg.name]![id] ??= { description: summary, releases: {} };
      document[pkg.name]![id]!.releases[codename] = {
        status: fixed === undefined ? 'open' : 'resolved',
        ...(fixed !== undefined && { fixed_version: fixed }),
        urgency: urgencyOf(database_specific?.severity),
      };
    }
  }
  return JSON.stringify(document);
}

function urgencyOf(severity = ''): string {
  const known: Readonly<Record<string, string>> = { CRITICAL: 'high', NEGLIGIBLE: 'unimportant' };
  return known[severity] ?? severity.toLowerCase();
}

const scores: readonly (readonly [id: string, epss: number, percentile: number])[] = [
  ['CVE-2023-4863', 0.941, 0.999],
  ['CVE-2023-4911', 0.763, 0.988],
  ['CVE-2024-2961', 0.921, 0.997],
  ['CVE-2023-6246', 0.152, 0.942],
  ['CVE-2025-15467', 0.034, 0.861],
  ['CVE-2023-31484', 0.011, 0.774],
  ['CVE-2024-2398', 0.006, 0.655],
];
const exploited = ['CVE-2023-4863', 'CVE-2023-4911'];

/** A mirror that has the advisories of the demo, which feeds know two as exploited. */
export async function startWorldMirror(): Promise<FeedMirror> {
  const mirror = await startFeedMirror();
  mirror.set('tracker/data/json', trackerDocument());
  mirror.set(
    'cisa-kev/known_exploited_vulnerabilities.json',
    JSON.stringify({ vulnerabilities: exploited.map((cveID) => ({ cveID, dateAdded: '2023-09-13' })) }),
  );
  mirror.set(
    'epss/epss_scores-current.csv.gz',
    gzipSync(
      ['#model_version:v1,score_date:2026-08-16T12:00:00Z', 'cve,epss,percentile', ...scores.map(String), ''].join(
        '\n',
      ),
    ),
  );
  mirror.set(
    'end-of-life/api/v1/products/full',
    JSON.stringify({
      result: [
        {
          name: 'debian',
          releases: [
            { name: '11', eolFrom: '2024-08-14' },
            { name: '12', eolFrom: '2028-06-30' },
          ],
        },
        { name: 'alpine', releases: [{ name: '3.17', eolFrom: '2024-11-22' }] },
      ],
    }),
  );
  return mirror;
}

export interface WorldImage {
  readonly name: string;
  readonly bytes: Buffer;
}

const openssl: DatabasePackage = {
  name: 'libssl3',
  version: '3.0.15-1~deb12u1',
  source: 'openssl',
  files: ['usr/lib/x86_64-linux-gnu/libssl.so.3'],
};
const glibc: DatabasePackage = {
  name: 'libc6',
  version: '2.36-9+deb12u2',
  source: 'glibc',
  files: ['usr/lib/x86_64-linux-gnu/libc.so.6'],
};
const webp: DatabasePackage = {
  name: 'libwebp7',
  version: '1.2.4-0.2',
  source: 'libwebp',
  files: ['usr/lib/x86_64-linux-gnu/libwebp.so.7'],
};

function debianImage(name: string, packages: readonly DatabasePackage[], release = '12'): WorldImage {
  const layers = [
    layer(debianFiles({ packages, release })),
    layer([{ path: 'srv/app.sh', content: `#!/bin/sh\necho ${name}\n`, mode: 0o755 }]),
  ];
  return {
    name: `${name}.tar`,
    bytes: dockerArchive({
      layers,
      repoTags: [`registry.example/shop/${name}:2.4.1`],
      config: { Env: ['PATH=/usr/bin:/bin'], Entrypoint: ['/srv/app.sh'] },
      history: [
        { created: '2026-09-01T10:00:00Z', created_by: `/bin/sh -c #(nop) ADD file:${name} in / ` },
        { created: '2026-09-01T10:00:00Z', created_by: 'COPY app.sh /srv/app.sh # buildkit' },
      ],
    }),
  };
}

/** Images to fill a service with: the demo, several that share its packages, an old one, one of Alpine, one that is no image. */
export function worldImages(): readonly WorldImage[] {
  return [
    debianImage('gateway', [openssl, glibc]),
    debianImage('billing', [{ ...openssl, version: '3.0.18-1~deb12u2' }, glibc]),
    debianImage('thumbnails', [webp, openssl]),
    debianImage('reports', [{ ...glibc, version: '2.31-13+deb11u7' }], '11'),
    debianImage('static-site', [{ name: 'base-files', version: '12.4+deb12u4', files: [] }]),
    {
      name: 'edge-cache.tar',
      bytes: dockerArchive({
        layers: [alpineLayer({ release: '3.17' })],
        repoTags: ['registry.example/shop/edge-cache:1.0'],
        history: [{ created: '2025-02-01T10:00:00Z', created_by: 'ADD alpine-minirootfs.tar.gz / # buildkit' }],
      }),
    },
    { name: 'holiday-photo.jpg', bytes: Buffer.from('this is no image of a container\n'.repeat(40)) },
    { name: 'demo.tar', bytes: readFileSync(path.join(projectRoot, 'examples/demo.tar')) },
  ];
}
