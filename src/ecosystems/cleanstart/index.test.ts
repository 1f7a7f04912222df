import { describe, expect, it } from 'vitest';
import { readFiles } from '../../../test/support/feed-events.ts';
import { foundIn, scanJudged } from '../../../test/support/rpm-image.ts';
import { hasShared, readShared } from '../../../test/support/shared.ts';
import { cleanstartOsv } from './feed.ts';

function record(id: string, ecosystem: string, upstream: readonly string[]): string {
  const range = { type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '4.0.3-r0' }] };
  return JSON.stringify({
    id,
    upstream,
    affected: [{ package: { ecosystem, name: 'argo-workflows' }, ranges: [range] }],
  });
}

const documents = {
  'all.ndjson': [
    record('CLEANSTART-2026-SN90101', 'CleanStart', ['CVE-2025-1111', 'CVE-2025-2222', 'ghsa-2464-8j7c-4cjm']),
    record('CLEANSTART-2026-AA00001', 'Alpine', ['CVE-2025-3333']),
    record('ALPINE-CVE-2025-4444', 'Alpine', ['CVE-2025-4444']),
  ].join('\n'),
};

const found = async (id: string) => {
  const packages = [{ name: 'argo-workflows', version: '3.6.16-r0' }];
  const lines = foundIn(
    await scanJudged({
      release: `ID=${id}\nVERSION_ID=3.20.3\n`,
      apks: packages,
      feed: cleanstartOsv,
      documents,
    }),
  );
  return lines.map((line) => line.split(' ')[2]);
};

describe('an image of CleanStart', () => {
  it('pitfall 15: is judged by records that call themselves Alpine, if their ids are of this publisher', async () => {
    expect(await found('cleanstart')).toEqual(['CVE-2025-1111', 'CVE-2025-2222', 'CVE-2025-3333']);
  });

  it('pitfall 15: an image of Alpine is not judged by them', async () => {
    expect(await found('alpine')).toEqual([]);
  });
});

describe('cleanstartOsv', () => {
  it.skipIf(!hasShared)('reads every record, in one namespace', async () => {
    const { upserts, notes, removed } = await readFiles(cleanstartOsv, {
      'all.ndjson': readShared('feeds/osv/CleanStart/all.ndjson.zst'),
    });

    expect([upserts.length, notes.length, removed.length]).toEqual([4109, 0, 0]);
    expect(new Set(upserts.flatMap(({ affected }) => affected.map(({ namespace }) => namespace)))).toEqual(
      new Set(['cleanstart']),
    );
  });
});
