import { describe, expect, it } from 'vitest';
import { archiveProbe, type Coming, probeLayer } from '../../../test/support/archive-probe.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { zip } from '../../../test/support/zip.ts';
import { Appetite } from '../../model/file.ts';

const text = archiveProbe(({ name }) => (name.endsWith('.txt') ? Appetite.Body : Appetite.None));
const noise = (bytes: number): Buffer => {
  const out = Buffer.allocUnsafe(bytes);
  let state = 12345;
  for (let i = 0; i < bytes; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    out[i] = state >>> 24;
  }
  return out;
};

const inner = zip([
  { name: 'META-INF/', content: '', stored: true },
  { name: 'META-INF/a.txt', content: 'a' },
  { name: 'b.class', content: 'b' },
  { name: 'c.txt', content: 'c'.repeat(5000) },
]);

describe.each<Coming>(['at any place', 'compressed'])('archives of a layer %s', (coming) => {
  it('shows the members that are wanted, those of stored and of deflated archives in it too', async () => {
    const outer = zip([
      { name: 'lib/stored.jar', content: inner, stored: true },
      { name: 'lib/deflated.jar', content: inner },
      { name: 'x.txt', content: 'x', stored: true },
    ]);

    const { seen, problems, analysed } = await probeLayer(text, [{ path: 'opt/app.war', content: outer }], coming);

    expect(problems).toEqual([]);
    expect(seen).toEqual([
      ['opt/app.war', ''],
      ['opt/app.war!/lib/stored.jar', ''],
      ['opt/app.war!/lib/stored.jar!/META-INF/a.txt', 'a'],
      ['opt/app.war!/lib/stored.jar!/c.txt', '5000 bytes'],
      ['opt/app.war!/lib/deflated.jar', ''],
      ['opt/app.war!/lib/deflated.jar!/META-INF/a.txt', 'a'],
      ['opt/app.war!/lib/deflated.jar!/c.txt', '5000 bytes'],
      ['opt/app.war!/x.txt', 'x'],
    ]);
    expect(analysed).toEqual(['opt/app.war']);
  });

  it('finds what stands in five archives', async () => {
    let archive = zip([{ name: 'a.txt', content: 'deep' }]);
    for (let i = 0; i < 4; i++) archive = zip([{ name: 'a.jar', content: archive, stored: i % 2 === 0 }]);

    const { seen, problems } = await probeLayer(text, [{ path: 'a.jar', content: archive }], coming);

    expect(problems).toEqual([]);
    expect(seen.at(-1)).toEqual(['a.jar!/a.jar!/a.jar!/a.jar!/a.jar!/a.txt', 'deep']);
  });

  it('keeps large archives in a file, and goes on behind them', async () => {
    const big = zip([
      { name: 'pad', content: noise(5_000_000) },
      { name: 'a.txt', content: 'a' },
    ]);
    const outer = zip([
      { name: 'one.jar', content: big },
      { name: 'pad', content: noise(15_000_000), stored: true },
      { name: 'two.jar', content: big },
    ]);
    const files = [
      { path: 'one.war', content: outer },
      { path: 'two.war', content: outer },
      { path: 'z.txt', content: 'z' },
    ];

    const { seen, problems } = await probeLayer(text, files, coming, {}, temporaryFolder());

    expect(problems).toEqual([]);
    expect(seen.filter(([, content]) => content !== '')).toEqual([
      ['one.war!/one.jar!/a.txt', 'a'],
      ['one.war!/two.jar!/a.txt', 'a'],
      ['two.war!/one.jar!/a.txt', 'a'],
      ['two.war!/two.jar!/a.txt', 'a'],
      ['z.txt', 'z'],
    ]);
  });
});

describe.each<Coming>(['at any place', 'compressed'])('whole files of a layer %s', (coming) => {
  it('are kept while they are read, as far as their first bytes are of interest', async () => {
    const asked: [string, number][] = [];
    const whole = archiveProbe(
      ({ name }) => (name.startsWith('w') ? Appetite.Whole : Appetite.None),
      (file, head) => {
        asked.push([file.path, head.length]);
        return head[0] === 0x7f;
      },
    );
    const program = (bytes: number): Buffer => {
      const content = noise(bytes);
      content[0] = 0x7f;
      return content;
    };
    const files = [
      { path: 'w1', content: program(10) },
      { path: 'w2', content: 'no' },
      { path: 'w3', content: program(20_000_000) },
      { path: 'w4', content: program(5000) },
      {
        path: 'a.jar',
        content: zip([
          { name: 'w5', content: program(100) },
          { name: 'w6', content: 'no' },
          { name: 'w7', content: program(9000), stored: true },
        ]),
      },
    ];

    const { seen, problems } = await probeLayer(whole, files, coming, {}, temporaryFolder());

    expect(problems).toEqual([]);
    expect(seen.map(([path, content]) => [path, content.replace(/^\x7f.*$/s, '10 bytes')])).toEqual([
      ['w1', '10 bytes'],
      ['w3', '20000000 bytes'],
      ['w4', '5000 bytes'],
      ['a.jar', ''],
      ['a.jar!/w5', '100 bytes'],
      ['a.jar!/w7', '9000 bytes'],
    ]);
    expect(asked).toEqual([
      ['w1', 10],
      ['w2', 2],
      ['w3', 4096],
      ['w4', 4096],
      ['a.jar!/w5', 100],
      ['a.jar!/w6', 2],
      ['a.jar!/w7', 4096],
    ]);
  });
});
