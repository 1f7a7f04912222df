import { describe, expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import { hexAsked } from './asked.ts';
import { hexPackages } from './hex.ts';
import { otpApplications } from './otp.ts';

const app = '{application, rope, [{vsn, "1.0.0"}]}.\n';

describe('otp-applications', () => {
  it('asks for applications beside their code, and for nothing else', async () => {
    const wanted = ['app/lib/rope-1.0.0/ebin/rope.app', 'ebin/rope.app'];
    const others = [
      'Applications/rope.app',
      'lib/rope/src/rope.app',
      'lib/myebin/rope.app',
      'lib/rope/ebin/rope.app.src',
    ];

    const { asked, facts } = await readLayerWith(
      otpApplications,
      [...wanted, ...others].map((path) => ({ path, content: app })),
    );

    expect(asked).toEqual(wanted.toSorted());
    expect(facts).toMatchObject(wanted.map(() => ({ package: { type: 'otp', name: 'rope', version: '1.0.0' } })));
  });

  it('names an application that is damaged, and goes on', async () => {
    const { facts, problems } = await readLayerWith(otpApplications, [
      { path: 'a/ebin/a.app', content: app.slice(0, 20) },
      { path: 'b/ebin/b.app', content: app },
    ]);

    expect(facts).toHaveLength(1);
    expect(problems).toMatchObject([{ code: 'file.format', path: 'a/ebin/a.app' }]);
  });
});

describe('hex-packages and hex-asked', () => {
  it('tell what is unpacked from what is asked for, and leave out what authors of packages ask for', async () => {
    const metadata = '{<<"name">>,<<"rope">>}.\n{<<"version">>,<<"1.0.0">>}.\n{<<"licenses">>,[<<"MIT">>]}.\n';
    const lock = '%{"rope": {:hex, :rope, "1.2.0"}}';
    const files = [
      { path: 'app/deps/rope/hex_metadata.config', content: metadata },
      { path: 'app/deps/rope/mix.lock', content: lock },
      { path: 'app/mix.lock', content: lock },
    ];

    const installed = await readLayerWith(hexPackages, files);
    const locked = await readLayerWith(hexAsked, files);

    expect([...installed.problems, ...locked.problems]).toEqual([]);
    expect(installed.facts.map((fact) => fact.kind === 'package' && fact.package)).toEqual([
      { type: 'hex', name: 'rope', version: '1.0.0', licences: ['MIT'] },
    ]);
    expect(locked.facts.map((fact) => fact.path)).toEqual(['app/mix.lock']);
  });
});
