import { describe, expect, it } from 'vitest';
import { buildkitHistory } from '../../../test/support/history.ts';
import { judgeWith, makeLayers, makeView } from '../../../test/support/view.ts';
import { isFinding } from '../../model/check.ts';
import type { Finding } from '../../model/finding.ts';
import { history } from './index.ts';

async function judged(file: string, onBuild: readonly string[]): Promise<readonly Finding[]> {
  const entries = buildkitHistory(file);
  const view = makeView({ image: { history: entries, layers: makeLayers('RUN true'), config: { OnBuild: onBuild } } });
  return (await judgeWith(history, view, '2026-06-01T00:00:00Z')).filter(isFinding);
}

const piped = 'RUN curl https://example.org/x | sh';

describe('triggers of ONBUILD', () => {
  it('are judged where the configuration alone has them, as BuildKit leaves them', async () => {
    const found = (await judged('RUN true', [piped])).find(({ id }) => id === 'download-executed');

    expect(found?.evidence).toMatch(/^As a trigger of ONBUILD: /);
    expect(found?.historyIndex).toBeUndefined();
  });

  it('are judged once where the history has them, too', async () => {
    const found = (await judged(`RUN true\nONBUILD ${piped}`, [piped])).filter(({ id }) => id === 'download-executed');

    expect(found.map(({ historyIndex }) => historyIndex)).toEqual([1]);
  });

  it.each([
    ['COPY .npmrc /root/', 'copy-sensitive-file'],
    ['ADD https://example.org/x.sh /x.sh', 'add-unverified'],
    ['COPY a b /srv', 'copy-without-slash'],
    ['RUN sudo make', 'sudo-in-run'],
  ])('%s is %s', async (trigger, id) => {
    expect((await judged('RUN true', [trigger])).map((finding) => finding.id)).toContain(id);
  });

  it.each(['COPY app /srv/', 'RUN make', 'USER 1000', 'RUN', 'nonsense', ''])('%j is nothing', async (trigger) => {
    const ids = (await judged('RUN true', [trigger])).map(({ id }) => id);

    expect(ids).toEqual((await judged('RUN true', [])).map(({ id }) => id));
  });
});

describe('what is not recorded of commands', () => {
  const undecidedOf = async (createdBy: string): Promise<string> => {
    const first = { index: 0, createdBy: '/bin/sh -c #(nop) ARG A', instruction: 'ARG A' };
    const entry = { index: 1, createdBy, instruction: createdBy, layerIndex: 0 };
    const config = { Labels: { 'io.buildah.version': '1.39.3' } };
    const view = makeView({ image: { history: [first, entry], layers: makeLayers('RUN x'), config } });
    const said = await judgeWith(history, view, '2026-06-01T00:00:00Z');
    return said.flatMap((item) => (isFinding(item) ? [] : [item.message])).join('; ');
  };

  it.each(['/bin/sh -c <<EOF', '/bin/sh -c cat <<-X > /x', '/bin/sh -c --mount=type=tmpfs,target=/tmp/x <<EOF'])(
    '%s has a here-document that nobody knows, and no rule says that all is well',
    async (createdBy) => {
      expect(await undecidedOf(createdBy)).toMatch(/download-executed.*text of its here-document is not recorded/);
    },
  );

  it.each(['/bin/sh -c cat <<< x', '/bin/sh -c <<EOF\ntrue\nEOF', '/bin/sh -c echo "<<EOF"'])(
    '%s is known as a whole',
    async (createdBy) => {
      expect(await undecidedOf(createdBy)).not.toContain('here-document');
    },
  );
});
