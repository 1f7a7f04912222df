import { wholeFile } from '../../feeds/feed-file.ts';
import { updateDocument } from '../../feeds/single-document.ts';
import { type ArchGroup, readArchGroups } from '../../formats/arch-tracker.ts';
import { severityOfWord } from '../../formats/severity-word.ts';
import type { Advisory, Affected } from '../../model/advisory.ts';
import type { Feed, FeedContext, FeedEvent, FeedFile, FeedState } from '../../model/feed.ts';

const DOCUMENT = 'all.json';
const URL = 'https://security.archlinux.org';

/** Arch Linux's security tracker: one document of all groups. */
export const archTracker: Feed = {
  name: 'arch-tracker',
  version: 1,
  title: 'Arch Linux security tracker',
  url: URL,
  mirrorPath: 'arch-tracker',
  licence: 'public data of the Arch Linux security team, without a stated licence',
  folder: 'arch-tracker',

  update(from: FeedState, context: FeedContext): AsyncIterable<FeedEvent> {
    return updateDocument({ feed: this, path: DOCUMENT, key: DOCUMENT, read: readDocument }, from, context);
  },

  async *read(files: AsyncIterable<FeedFile>): AsyncGenerator<FeedEvent> {
    for await (const file of files) {
      if (file.path.endsWith('.json')) yield* readDocument(await wholeFile(file));
      else yield { type: 'note', message: `${file.path} is no document of this feed` };
    }
  },
};

function* readDocument(body: Uint8Array): Generator<FeedEvent> {
  for (const item of readArchGroups(body)) {
    if ('skipped' in item) yield { type: 'note', message: item.skipped };
    else yield { type: 'upsert', advisory: toAdvisory(item) };
  }
  yield { type: 'replaced', prefix: '' };
}

function toAdvisory(group: ArchGroup): Advisory {
  const { name, packages, issues, advisories, type } = group;
  const row = rowOf(group);
  return {
    key: name,
    id: name,
    aliases: issues,
    severity: severityOfWord(group.severity),
    urls: [name, ...advisories].slice(0, 8).map((id) => `${URL}/${id}`),
    ...(advisories.length > 0 && { related: advisories }),
    ...(type !== undefined && { title: type }),
    affected: packages.map((pkg) => ({ namespace: 'arch', package: pkg, nameKind: 'binary', ...row })),
  };
}

/**
 * What a status means. The version that a group calls affected is the one that was current when somebody looked: older
 * ones are not safe for that.
 */
function rowOf({ status, fixed }: ArchGroup): Pick<Affected, 'state' | 'ranges' | 'note'> {
  const ranges = fixed === undefined ? [] : [{ fixed }];
  switch (status.toLowerCase()) {
    case 'not affected':
      return { state: 'not-affected', ranges: [] };
    case 'fixed':
      return { state: fixed === undefined ? 'affected' : 'fixed', ranges };
    case 'testing':
      return { state: 'affected', ranges, note: 'the fix is in the testing repositories' };
    case 'vulnerable':
      return { state: 'affected', ranges };
    default:
      return { state: 'under-investigation', ranges };
  }
}
