import { FeedError, FormatError } from '../errors.ts';
import { decompressedPieces } from '../formats/compression/pieces.ts';
import { hasChecksum, type RepoFile, readRepomd } from '../formats/repomd/read.ts';
import type { Feed, FeedContext, FeedState } from '../model/feed.ts';
import { feedAddress } from './address.ts';

/** Where a document is found, below the feed's address. */
export type UpdateinfoPlace =
  /** A file that names the folder with `repodata`, which moves with every release of the repository. */
  | { readonly mirrorList: string }
  /** The document itself. */
  | { readonly document: string };

/** What came of asking for a document. `state` is to be remembered behind the repository's prefix. */
export type Fetched = { readonly address: string } & (
  | { readonly status: 'absent' }
  | { readonly status: 'unchanged'; readonly state: Readonly<Record<string, string>> }
  | { readonly status: 'changed'; readonly body: Uint8Array; readonly state: Readonly<Record<string, string>> }
);

/** A body and its validator, or why there is none. */
type Answer = Awaited<ReturnType<FeedContext['download']>>;

/**
 * Downloads the document of a repository where it changed: the mirror list, `repomd.xml`, and what that names, whose
 * checksum has to be the one that stands there.
 * @throws FeedError `feed.refused` for a checksum that differs, and a list or a table of contents that names nothing
 */
export async function fetchUpdateinfo(
  feed: Pick<Feed, 'url' | 'mirrorPath'>,
  repository: { readonly prefix: string; readonly place: UpdateinfoPlace; readonly required: boolean },
  from: FeedState,
  context: FeedContext,
): Promise<Fetched> {
  const { prefix, place } = repository;
  const remembered = (key: string): string | undefined => from[`${prefix}${key}`];
  if ('document' in place) {
    const address = feedAddress(feed, context, place.document);
    const answer = await context.download(address, remembered('data'));
    if (answer.status === 'absent') return { status: 'absent', address };
    const state = validatorState('data', answer);
    return answer.status === 'changed'
      ? { status: 'changed', address, body: answer.body, state }
      : { status: 'unchanged', address, state };
  }

  const found = await findFolder(feed, place.mirrorList, remembered, context);
  if (found.folder === undefined) return { status: 'absent', address: found.address };
  const contents = feedAddress(feed, context, `${found.folder}/repodata/repomd.xml`);
  const moved = found.folder !== (remembered('folder') ?? found.folder);
  const answer = await context.download(contents, moved ? undefined : remembered('repomd'));
  if (answer.status === 'absent') return { status: 'absent', address: contents };
  const state = { ...found.state, ...validatorState('repomd', answer) };
  if (answer.status === 'unchanged') return { status: 'unchanged', address: contents, state };

  const file = (await tableOf(answer.body, contents)).find(({ type }) => type === 'updateinfo');
  if (file === undefined) {
    // Topics without any notice have no such file.
    if (!repository.required) return { status: 'absent', address: `updateinfo of ${contents}` };
    throw new FeedError('feed.refused', `${contents} names no updateinfo`);
  }
  const { checksum } = file;
  const mark = checksum === undefined ? undefined : `${checksum.type}:${checksum.hex}`;
  if (mark !== undefined && mark === remembered('data')) return { status: 'unchanged', address: contents, state };
  const address = feedAddress(feed, context, `${found.folder}/${safeReference(file.href, contents)}`);
  const body = await context.download(address);
  if (body.status !== 'changed') return { status: 'absent', address };
  await verify(body.body, file, address);
  return { status: 'changed', address, body: body.body, state: { ...state, data: mark ?? body.validator } };
}

function validatorState(key: string, answer: Answer): Record<string, string> {
  return 'validator' in answer && answer.validator !== undefined ? { [key]: answer.validator } : {};
}

async function findFolder(
  feed: Pick<Feed, 'url' | 'mirrorPath'>,
  mirrorList: string,
  remembered: (key: string) => string | undefined,
  context: FeedContext,
): Promise<{ readonly address: string; readonly folder?: string; readonly state: Record<string, string> }> {
  const address = feedAddress(feed, context, mirrorList);
  const answer = await context.download(address, remembered('list'));
  if (answer.status === 'absent') return { address, state: {} };
  const folder = answer.status === 'changed' ? mirrorFolder(answer.body, feed.url) : remembered('folder');
  if (folder === undefined) throw new FeedError('feed.refused', `${address} names no folder below ${feed.url}`);
  return { address, folder, state: { folder, ...validatorState('list', answer) } };
}

/** The folder that a mirror list names, below the feed's address; of several the first that is there. */
function mirrorFolder(list: Uint8Array, url: string): string | undefined {
  const base = new URL(url);
  for (const line of Buffer.from(list)
    .toString('utf8', 0, 64 * 1024)
    .split('\n')
    .slice(0, 100)) {
    const text = line.trim();
    if (!/^https?:\/\//.test(text) || !URL.canParse(text)) continue;
    const named = new URL(text);
    const below = base.pathname.replace(/\/*$/, '/');
    if (named.host !== base.host || !named.pathname.startsWith(below)) continue;
    return named.pathname.slice(below.length).replace(/\/+$/, '');
  }
  return undefined;
}

async function tableOf(body: Uint8Array, address: string): Promise<RepoFile[]> {
  try {
    return await readRepomd(decompressedPieces(body));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FeedError('feed.refused', `${address} cannot be read: ${error.message}`, { cause: error });
  }
}

/** @throws FeedError for an address that leads out of the repository */
function safeReference(href: string, contents: string): string {
  if (href.length > 500 || /^[a-z]+:|^\/|(?:^|\/)\.\.(?:\/|$)|[\s?#\\]/i.test(href)) {
    throw new FeedError(
      'feed.refused',
      `${contents} names ${JSON.stringify(href.slice(0, 100))}, which is no file of it`,
    );
  }
  return href;
}

/** A server that undid the compression on the way sends what the other checksum is of. */
async function verify(body: Uint8Array, { checksum, openChecksum }: RepoFile, address: string): Promise<void> {
  if (checksum === undefined) return;
  try {
    if (hasChecksum(body, checksum) || (openChecksum !== undefined && hasChecksum(body, openChecksum))) return;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FeedError('feed.refused', `${address}: ${error.message}`, { cause: error });
  }
  throw new FeedError('feed.refused', `${address} has another checksum than its repository says`);
}
