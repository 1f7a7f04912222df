import { FeedError, FormatError } from '../../errors.ts';
import { feedAddress } from '../../feeds/address.ts';
import { wholeFile, wholeText } from '../../feeds/feed-file.ts';
import { readYamlTree } from '../../formats/yaml-tree.ts';
import type { Advisory } from '../../model/advisory.ts';
import type { Feed, FeedContext, FeedEvent, FeedFile, FeedState } from '../../model/feed.ts';
import { alpineReleases } from './releases.ts';

const DOCUMENTS = ['main.yaml', 'community.yaml'];

/**
 * What Alpine's security team looked at and rejected: a vulnerability that a package of Alpine does not have, whatever the
 * names of products say. It holds for every branch.
 */
export const alpineRejections: Feed = {
  name: 'alpine-rejections',
  version: 1,
  title: 'Alpine Linux security rejections',
  url: 'https://gitlab.alpinelinux.org/alpine/security/security-rejections/-/raw/master',
  mirrorPath: 'alpine-rejections',
  licence: 'public data of Alpine Linux, without a stated licence',
  folder: 'alpine-rejections',

  async *update(from: FeedState, context: FeedContext): AsyncGenerator<FeedEvent> {
    const state: Partial<Record<string, string>> = { ...from };
    let missing = 0;
    for (const path of DOCUMENTS) {
      const answer = await context.download(feedAddress(alpineRejections, context, path), from[path]);
      if (answer.status === 'changed') yield* readDocument(path, answer.body);
      if (answer.status === 'absent') {
        missing++;
        yield { type: 'note', message: `${path} is not there` };
      } else if (answer.validator !== undefined) state[path] = answer.validator;
    }
    if (missing === DOCUMENTS.length) throw new FeedError('feed.refused', 'no list of rejections is there');
    yield { type: 'state', state };
  },

  async *read(files: AsyncIterable<FeedFile>): AsyncGenerator<FeedEvent> {
    for await (const file of files) {
      const name = file.path.slice(file.path.lastIndexOf('/') + 1);
      if (DOCUMENTS.includes(name)) yield* readDocument(name, await wholeFile(file));
      else yield { type: 'note', message: `${file.path} is no document of this feed` };
    }
  },
};

/** A mapping of packages to CVEs. */
async function* readDocument(path: string, body: Uint8Array): AsyncGenerator<FeedEvent> {
  const root = await readYamlTree(wholeText(body, path));
  if (root !== undefined && root.kind !== 'mapping') throw new FormatError(`${path} is no list of packages`);
  for (const [name, { value }] of root?.entries ?? []) {
    const ids = value.kind === 'list' ? value.items : [];
    if (value.kind !== 'list') yield { type: 'note', message: `${path}: ${name.slice(0, 100)} has no list of CVEs` };
    for (const item of ids) {
      const id = item.kind === 'scalar' ? item.text.trim() : '';
      if (/^CVE-\d{4}-\d{4,19}$/.test(id)) yield { type: 'upsert', advisory: toAdvisory(path, name, id) };
      else
        yield {
          type: 'note',
          message: `${path}: ${name.slice(0, 100)}: ${JSON.stringify(id).slice(0, 100)} is no CVE`,
        };
    }
  }
  yield { type: 'replaced', prefix: `${path}/` };
}

function toAdvisory(path: string, name: string, id: string): Advisory {
  return {
    key: `${path}/${name}/${id}`,
    id,
    aliases: [],
    severity: 'unknown',
    urls: [`https://security.alpinelinux.org/vuln/${id}`],
    affected: alpineReleases.map(({ version }) => ({
      namespace: `alpine:${version}`,
      package: name,
      nameKind: 'source',
      state: 'not-affected',
      ranges: [],
      note: 'rejected by the security team of Alpine Linux',
    })),
  };
}
