import { FeedError } from '../../errors.ts';
import { feedAddress } from '../../feeds/address.ts';
import { wholeFile } from '../../feeds/feed-file.ts';
import { type BodhiPage, type BodhiUpdate, readBodhiPage } from '../../formats/bodhi.ts';
import type { Advisory } from '../../model/advisory.ts';
import type { Feed, FeedContext, FeedEvent, FeedFile, FeedState } from '../../model/feed.ts';
import { fedoraReleases } from './releases.ts';

/** Updates of one page: the most that the server gives. */
const ROWS = 100;

/** Pages of one release. */
const PAGES = 500;

const DAY = 24 * 60 * 60 * 1000;

/** Releases later than the table that are asked for. */
const LATER = 4;

/** Oldest release whose updates are read. */
const [oldest] = fedoraReleases;

/** Security updates of Fedora Linux that were pushed to its users, by source packages. */
export const fedoraBodhi: Feed = {
  name: 'fedora-bodhi',
  version: 1,
  title: 'Fedora security updates (Bodhi)',
  url: 'https://bodhi.fedoraproject.org',
  mirrorPath: 'fedora-bodhi',
  licence: 'not stated, the Fedora Project',
  folder: 'fedora-bodhi',

  async *update(from: FeedState, context: FeedContext): AsyncGenerator<FeedEvent> {
    const state: Partial<Record<string, string>> = { ...from };
    let missing = 0;
    let asked = 0;
    for (const version of releasesToAsk()) {
      if (context.namespaces?.has(`fedora:${version}`) === false) continue;
      asked++;
      const reading = readRelease(version, from, context);
      for (let next = await reading.next(); ; next = await reading.next()) {
        if (next.done !== true) yield next.value;
        else {
          if (next.value === undefined) missing++;
          else Object.assign(state, next.value);
          break;
        }
      }
    }
    if (missing > 0 && missing * 2 >= asked) {
      throw new FeedError('feed.refused', `updates of ${missing} of ${asked} releases of Fedora are not there`);
    }
    yield { type: 'state', state };
  },

  async *read(files: AsyncIterable<FeedFile>): AsyncGenerator<FeedEvent> {
    for await (const file of files) {
      const page = file.path.endsWith('.json') ? readBodhiPage(parse(await wholeFile(file))) : undefined;
      if (page === undefined) yield { type: 'note', message: `${file.path} is no page of updates` };
      else yield* pageEvents(page);
    }
  },
};

function releasesToAsk(): string[] {
  const known = fedoraReleases.map(({ version }) => version);
  const latest = Math.max(...known.map(Number));
  return [...known, ...Array.from({ length: LATER }, (_, i) => String(latest + 1 + i))];
}

/**
 * Reads the updates of one release: all of them at first, later those that were pushed since the day of the last one
 * that is known. Returns what to remember; nothing where the server does not know the release.
 */
async function* readRelease(
  version: string,
  from: FeedState,
  context: FeedContext,
): AsyncGenerator<FeedEvent, FeedState | undefined> {
  const tomorrow = new Date(Date.now() + DAY).toISOString().slice(0, 10);
  const remembered = from[`F${version}`];
  // A day of the future, of a clock that was wrong, would be asked for until it comes.
  const since = remembered !== undefined && remembered <= tomorrow ? remembered : undefined;
  let newest = since;
  let validator: string | undefined;
  for (let number = 1, pages = 1; number <= pages && number <= PAGES; number++) {
    const query = new URLSearchParams({
      releases: `F${version}`,
      status: 'stable',
      type: 'security',
      rows_per_page: String(ROWS),
      page: String(number),
      ...(since !== undefined && { pushed_since: since }),
    });
    const address = feedAddress(fedoraBodhi, context, `updates/?${query}`);
    const known = number === 1 ? from[`F${version}/page`] : undefined;
    const answer = await context.download(address, known, { accept: 'application/json' });
    if (answer.status === 'absent') {
      yield { type: 'note', message: `${address} is not there` };
      return undefined;
    }
    if (answer.status === 'unchanged') return {};
    const document = parse(answer.body);
    // A bare list is a form of files; the server has pages.
    const page = Array.isArray(document) ? undefined : readBodhiPage(document);
    if (page === undefined) throw new FeedError('feed.refused', `${address} is no page of updates`);
    if (number === 1) {
      ({ pages } = page);
      validator = answer.validator;
    }
    for (const event of pageEvents(page)) yield event;
    for (const update of page.updates) {
      const day = 'skipped' in update ? undefined : update.pushed?.slice(0, 10);
      if (day !== undefined && day <= tomorrow && (newest === undefined || day > newest)) newest = day;
    }
  }
  // A release that has no updates yet is asked for all of them again.
  if (newest === undefined) return {};
  if (since === undefined) yield { type: 'replaced', prefix: `${version}/` };
  // The validator is one of an address that has the day in it.
  return { [`F${version}`]: newest, [`F${version}/page`]: newest === since ? validator : undefined };
}

function* pageEvents(page: BodhiPage): Generator<FeedEvent> {
  for (const update of page.updates) {
    if ('skipped' in update) {
      yield { type: 'note', message: update.skipped };
      continue;
    }
    const reason = whyNot(update);
    if (reason !== undefined) yield { type: 'note', message: `${update.id} is left out: ${reason}` };
    else if (update.type === 'security' || update.cves.length > 0)
      yield { type: 'upsert', advisory: toAdvisory(update) };
  }
}

/** Why an update says nothing of the packages of a release. */
function whyNot({ status, release, version, builds, others }: BodhiUpdate): string | undefined {
  if (release !== `F${version}` || !/^\d{1,3}$/.test(version)) return `it is for ${release}`;
  if (Number(version) < Number(oldest?.version)) return `it is for ${release}, which is no longer read`;
  if (status !== 'stable') return `it is ${status}, not stable`;
  if (builds.length === 0) return others.length > 0 ? `${others[0]} is no rpm` : 'it has no builds';
  return undefined;
}

function toAdvisory(update: BodhiUpdate): Advisory {
  const { id, severity, cves, title, notes, submitted, pushed, modified, version, builds } = update;
  return {
    key: `${version}/${id}`,
    id,
    aliases: cves,
    severity,
    urls: [`https://bodhi.fedoraproject.org/updates/${id}`],
    affected: builds.map((build) => ({
      namespace: `fedora:${version}`,
      package: build.name,
      nameKind: 'source',
      state: 'fixed',
      ranges: [{ fixed: build.version }],
    })),
    ...(title !== undefined && { title }),
    ...(notes !== undefined && { description: notes }),
    ...(submitted !== undefined && { published: submitted }),
    ...((modified ?? pushed) !== undefined && { modified: modified ?? pushed }),
  };
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString());
  } catch {
    return undefined;
  }
}
