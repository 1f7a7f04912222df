import { FeedError, FormatError } from '../../errors.ts';
import { feedAddress } from '../../feeds/address.ts';
import { documentsFeed, type FeedDocument } from '../../feeds/documents.ts';
import { severityOfScore } from '../../formats/cvss/score.ts';
import { asList, asRecord } from '../../formats/record.ts';
import type { Advisory, Affected } from '../../model/advisory.ts';
import type { Feed, FeedContext, FeedEvent } from '../../model/feed.ts';
import { type PhotonRow, readPhotonRows } from './rows.ts';

const LIST = 'photon_versions.json';

/** Releases that a list may name: each is a request. */
const RELEASES = 100;

interface PhotonDocument extends FeedDocument {
  readonly namespace: string;
}

function documentOf(release: string): PhotonDocument {
  const namespace = `photon:${release}`;
  return {
    path: `cve_data_photon${release}.json`,
    namespace,
    prefix: `${namespace}/`,
    required: true,
    concerns: (other) => other === namespace,
  };
}

/** Broadcom's CVE metadata of Photon OS: one document for each release, listed in one of its own. */
export const photonCve: Feed = documentsFeed({
  name: 'photon-cve',
  version: 1,
  title: 'Photon OS CVE metadata',
  url: 'https://packages.broadcom.com/photon/photon_cve_metadata',
  mirrorPath: 'photon-cve',
  licence: 'public data of Broadcom Inc., without an explicit licence',
  folder: 'photon-cve',
  width: 4,
  documents: async (context) => (await listed(photonCve, context)).map(documentOf),
  documentAt: (path) => {
    const release = /^cve_data_photon(\d{1,3}\.\d{1,3})\.json$/.exec(path)?.[1];
    return release === undefined ? undefined : documentOf(release);
  },
  passesOver: (path) => path === LIST,
  read: async function* (document, content) {
    yield* readDocument(document, await content.whole());
  },
});

/** Releases that the publisher lists. It is a small document: it is read each time. */
async function listed(feed: Feed, context: FeedContext): Promise<readonly string[]> {
  const address = feedAddress(feed, context, LIST);
  const answer = await context.download(address);
  if (answer.status !== 'changed') throw new FeedError('feed.refused', `${address} is not there`);
  let releases: readonly unknown[];
  try {
    releases = asList(asRecord(JSON.parse(Buffer.from(answer.body).toString()))?.['branches']);
  } catch (error) {
    throw new FeedError('feed.refused', `${address} is no valid JSON`, { cause: error });
  }
  const named = releases.filter((one): one is string => typeof one === 'string' && /^\d{1,3}\.\d{1,3}$/.test(one));
  if (named.length === 0) throw new FeedError('feed.refused', `${address} lists no releases`);
  const all = [...new Set(named)];
  if (all.length > RELEASES) throw new FeedError('feed.refused', `${address} lists ${all.length} releases`);
  return all;
}

function* readDocument({ path, namespace, prefix }: PhotonDocument, document: Uint8Array): Generator<FeedEvent> {
  const byId = new Map<string, PhotonRow[]>();
  try {
    for (const row of readPhotonRows(document)) {
      if ('skipped' in row) yield { type: 'note', message: `${path}: ${row.skipped}` };
      else {
        const rows = byId.get(row.id);
        if (rows === undefined) byId.set(row.id, [row]);
        else rows.push(row);
      }
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(`${path}: ${error.message}`, { cause: error });
  }
  for (const [id, rows] of byId) yield { type: 'upsert', advisory: toAdvisory(namespace, id, rows) };
  yield { type: 'replaced', prefix };
}

function toAdvisory(namespace: string, id: string, rows: readonly PhotonRow[]): Advisory {
  const highest = rows
    .flatMap(({ score }) => score ?? [])
    .reduce<number | undefined>((most, score) => (most === undefined || score > most ? score : most), undefined);
  return {
    key: `${namespace}/${id}`,
    id,
    aliases: [],
    severity: highest === undefined ? 'unknown' : severityOfScore(highest),
    urls: id.startsWith('CVE-') ? [`https://www.cve.org/CVERecord?id=${id}`] : [],
    affected: rows.flatMap((row) => affectedOf(namespace, row, highest)),
  };
}

/**
 * Rows name packages and sources alike, and mostly only one of them: `curl` stands for `curl-libs` too, and `curl-libs` may
 * have a row of its own. So a row counts for the package of that name, and for all packages of the source of that name.
 */
function affectedOf(namespace: string, row: PhotonRow, highest: number | undefined): Affected[] {
  const { state, fixed, score } = row;
  return (['binary', 'source'] as const).map((nameKind) => ({
    namespace,
    package: row.package,
    nameKind,
    state,
    ranges: fixed === undefined ? [] : [{ fixed }],
    ...(score !== undefined && score !== highest && { severity: severityOfScore(score) }),
  }));
}
