import { describe, expect, it } from 'vitest';
import type { Download, FeedContext, FeedEvent, FeedState } from '../model/feed.ts';
import { updateDocument } from './single-document.ts';

/** The events of an update, and what was asked for. */
async function run(answer: Download, from: FeedState = {}) {
  const asked: (string | undefined)[] = [];
  const download: FeedContext['download'] = async (url, validator) => {
    asked.push(url, validator);
    return answer;
  };
  const feed = { url: 'https://feeds.example', mirrorPath: 'mooring' };
  const read = function* (body: Uint8Array, address: string): Generator<FeedEvent> {
    yield { type: 'note', message: `${address}: ${body.length} bytes` };
  };
  const events: FeedEvent[] = [];
  for await (const event of updateDocument({ feed, path: 'all.json', key: 'list', read }, from, { download })) {
    events.push(event);
  }
  return { asked, events };
}

const state = (list: string): FeedEvent => ({ type: 'state', state: { list } });

describe('updateDocument', () => {
  it('reads a document that changed, and remembers its validator', async () => {
    const { asked, events } = await run({ status: 'changed', body: Buffer.alloc(3), validator: 'v2' }, { list: 'v1' });

    expect(asked).toEqual(['https://feeds.example/all.json', 'v1']);
    expect(events).toEqual([{ type: 'note', message: 'https://feeds.example/all.json: 3 bytes' }, state('v2')]);
  });

  it('reads nothing where nothing changed', async () => {
    expect((await run({ status: 'unchanged' }, { list: 'v1' })).events).toEqual([]);
    expect((await run({ status: 'unchanged', validator: 'v2' }, { list: 'v1' })).events).toEqual([state('v2')]);
  });

  it('fails where the document is not there', async () => {
    await expect(run({ status: 'absent' })).rejects.toMatchObject({
      code: 'feed.refused',
      message: 'https://feeds.example/all.json is not there',
    });
  });
});
