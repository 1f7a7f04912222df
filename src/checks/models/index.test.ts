import { deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { zip } from '../../../test/support/zip.ts';
import { isUnsafe } from './unsafe-imports.ts';

const evil = Buffer.from('\x80\x02cposix\nsystem\nX\x02\x00\x00\x00id\x85R.', 'latin1');
const weights = Buffer.from('\x80\x02ccollections\nOrderedDict\n)Rctorch._utils\n_rebuild_tensor_v2\n0.', 'latin1');

it('finds pickles that run code, in archives of PyTorch too, and passes over those that hold data', async () => {
  const files = [
    { path: 'models/a.pkl', content: evil },
    {
      path: 'models/b.pt',
      content: zip([
        { name: 'archive/data.pkl', content: evil },
        { name: 'archive/data/0', content: 'x' },
      ]),
    },
    { path: 'models/c.pth', content: evil },
    { path: 'models/pytorch_model.bin', content: zip([{ name: 'pytorch_model/data.pkl', content: evil }]) },
    { path: 'models/old.pkl', content: 'cos\nsystem\n(S"id"\ntR.' },
    { path: 'models/good.pt', content: zip([{ name: 'archive/data.pkl', content: weights }]) },
    { path: 'models/good.pkl', content: weights },
    { path: 'models/text.pkl', content: 'Not a pickle at all' },
    { path: 'models/other.bin', content: evil },
    { path: 'models/hand.pkl', content: Buffer.from('\x8c\x02os\x94\x8c\x06system\x93\x8c\x02id\x85R.', 'latin1') },
    { path: 'models/config.pkl', content: 'amends "base.pkl"\nname = "x"\n' },
    { path: 'models/packed.joblib', content: deflateSync(evil) },
    { path: 'models/cut.joblib', content: weights.subarray(0, 10) },
  ];
  const image = writeTemporary('models.tar', dockerArchive({ layers: [layer(files)] }));

  const { findings, problems } = await scanOne(image);

  const ours = findings.filter(({ id }) => id === 'model-runs-code');
  expect(ours.map(({ location }) => location?.path).sort()).toEqual([
    'models/a.pkl',
    'models/b.pt',
    'models/c.pth',
    'models/hand.pkl',
    'models/old.pkl',
    'models/pytorch_model.bin',
  ]);
  expect(ours[0]).toMatchObject({
    kind: 'malware',
    severity: 'high',
    evidence: expect.stringMatching(
      /^\/models\/\S+ is a pickle that imports (?:posix|os)\.system when it is loaded\.$/,
    ),
  });
  const unjudged = problems.filter(({ code, path }) => code === 'content.unjudged' && path?.startsWith('models/'));
  expect(unjudged.map(({ path }) => path).sort()).toEqual(['models/cut.joblib', 'models/packed.joblib']);
});

it.each([
  ['os', 'system', true],
  ['os.path', 'join', true],
  ['builtins', 'eval', true],
  ['builtins', 'set', false],
  ['collections', 'OrderedDict', false],
  ['torch._utils', '_rebuild_tensor_v2', false],
  ['torch', 'FloatStorage', false],
  ['torch.hub', 'load', true],
  ['numpy.core.multiarray', '_reconstruct', false],
  ['sklearn.linear_model._base', 'LinearRegression', false],
  ['a', '__globals__', true],
  ['pkgutil', 'resolve_name', true],
  ['io', 'open', true],
  ['io', 'BytesIO', false],
  ['_frozen_importlib', '_gcd_import', true],
  ['_posixsubprocess', 'fork_exec', true],
  ['_operator', 'attrgetter', true],
  ['cPickle', 'loads', true],
  ['distutils.spawn', 'spawn', true],
  ['pathlib', 'PosixPath', false],
  ['pathlib', 'PosixPath.unlink', true],
  ['datetime', 'datetime', false],
  ['_codecs', 'encode', false],
  ['copy_reg', '_reconstructor', false],
  ['copyreg', '_reconstructor', false],
  ['__builtin__', 'object', false],
  ['__builtin__', 'getattr', true],
  ['logging', 'getLogger', false],
  ['logging.config', 'listen', true],
  ['threading', 'Timer', true],
  ['random', 'Random', false],
  ['random', '_os.system', true],
  ['torch', '_os.system', true],
  ['torch', 'Outer.Inner', false],
])('%s.%s is unsafe: %s', (module, name, expected) => {
  expect(isUnsafe({ module, name })).toBe(expected);
});
