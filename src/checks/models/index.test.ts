import { randomBytes } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { type TarEntry, tar } from '../../../test/support/tar.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { zip } from '../../../test/support/zip.ts';

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
    { path: 'models/firmware.bin', content: Buffer.from('\x80\x02\x00\x01 and more of it', 'latin1') },
    { path: 'models/hand.pkl', content: Buffer.from('\x8c\x02os\x94\x8c\x06system\x93\x8c\x02id\x85R.', 'latin1') },
    { path: 'models/config.pkl', content: 'amends "base.pkl"\nname = "x"\n' },
    { path: 'models/packed.joblib', content: Buffer.from('04224d186440a7', 'hex') },
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
    'models/other.bin',
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

it('tells imports that are on no list with less sureness, and not besides what is known to run code', async () => {
  const files = [
    { path: 'srv/own.pkl', content: 'c__main__\nNet\n)R.' },
    { path: 'srv/both.pkl', content: 'c__main__\nNet\n0cos\nsystem\n.' },
    { path: 'srv/register.pkl', content: "ccopyreg\nadd_extension\n(S'os'\nS'system'\nI1\ntR\x82\x01." },
    { path: 'srv/getter.pkl', content: 'coperator\nattrgetter\n(Vname\ntR.' },
    {
      path: 'srv/reach.pkl',
      content: 'coperator\nattrgetter\n(V__init__.__globals__\ntR(ccollections\nOrderedDict\ntR.',
    },
    { path: 'srv/zone.pkl', content: 'cbuiltins\ngetattr\n(czoneinfo\nZoneInfo\nV_unpickle\ntR(VUTC\nI1\ntR.' },
    { path: 'srv/method.pkl', content: 'cbuiltins\ngetattr\n(cpathlib\nPath\nVunlink\ntR.' },
    { path: 'srv/args.pkl', content: 'cargparse\nNamespace\n)R.' },
  ];
  const image = writeTemporary('models.tar', dockerArchive({ layers: [layer(files)] }));

  const { findings } = await scanOne(image);

  const ours = findings.filter(({ id }) => id.startsWith('model-'));
  expect(ours.map(({ id, severity, confidence, evidence }) => [id, severity, confidence, evidence]).sort()).toEqual([
    [
      'model-imports-unknown',
      'low',
      'low',
      '/srv/getter.pkl is a pickle that imports operator.attrgetter, which is not known to be harmless.',
    ],
    [
      'model-imports-unknown',
      'low',
      'low',
      '/srv/own.pkl is a pickle that imports __main__.Net, which is not known to be harmless.',
    ],
    ['model-runs-code', 'high', 'high', '/srv/both.pkl is a pickle that imports os.system when it is loaded.'],
    [
      'model-runs-code',
      'high',
      'high',
      '/srv/method.pkl is a pickle that imports pathlib.Path.unlink when it is loaded.',
    ],
    [
      'model-runs-code',
      'high',
      'high',
      '/srv/reach.pkl is a pickle that imports operator.attrgetter, and names what leads from an object to the whole of Python.',
    ],
    [
      'model-runs-code',
      'high',
      'high',
      '/srv/register.pkl is a pickle that imports copyreg.add_extension when it is loaded.',
    ],
  ]);
});

it('follows pickles that are long, padded or say nothing of their protocol, or says that it does not', async () => {
  const padding = Array.from({ length: 2500 }, (_, index) => `cown\nA${index}\n0`).join('');
  const files = [
    { path: 'srv/padded.pkl', content: `${padding}cos\nsystem\n.` },
    { path: 'srv/unknown.pkl', content: `${padding}N.` },
    { path: 'srv/line.pkl', content: `V${'a'.repeat(9000)}\n0cos\nsystem\n.` },
    { path: 'srv/pickles.pkl', content: `${'N.'.repeat(70)}cos\nsystem\n.` },
    { path: 'srv/endless.pkl', content: Buffer.concat([Buffer.alloc(6_100_000, 'N0'), Buffer.from('cos\nsystem\n.')]) },
    { path: 'srv/deep.pkl', content: Buffer.concat([Buffer.alloc(1_100_000, '('), Buffer.from('cos\nsystem\n.')]) },
    { path: 'srv/module.pkl', content: 'import "base.pkl"\nname = 1\n' },
    { path: 'srv/class.pkl', content: 'class Dog {\n  name: String\n}\n' },
    { path: 'srv/text.pkl', content: 'Value of the text\nThe end\n' },
  ];
  const image = writeTemporary('models.tar', dockerArchive({ layers: [layer(files)] }));

  const { findings, problems } = await scanOne(image);

  const ours = findings.filter(({ id }) => id.startsWith('model-'));
  expect(ours.map(({ id, evidence }) => `${id}: ${evidence}`).sort()).toEqual([
    'model-imports-unknown: /srv/unknown.pkl is a pickle that imports own.A0, own.A1, own.A2 and more than 1997 more, ' +
      'which are not known to be harmless.',
    'model-runs-code: /srv/line.pkl is a pickle that imports os.system when it is loaded.',
    'model-runs-code: /srv/padded.pkl is a pickle that imports os.system when it is loaded.',
    'model-runs-code: /srv/pickles.pkl is a pickle that imports os.system when it is loaded.',
  ]);
  const unjudged = problems.filter(({ code, path }) => code === 'content.unjudged' && path?.startsWith('srv/'));
  expect(unjudged.map(({ path }) => path).sort()).toEqual(['srv/deep.pkl', 'srv/endless.pkl']);
});

it('finds them under the names that libraries give, in protocol 0, and in other archives', async () => {
  const old = "cos\nsystem\n(S'id'\ntR.";
  const pytorch = zip([
    { name: 'archive/data.pkl', content: evil },
    { name: 'archive/data/0', content: 'x' },
  ]);
  const bad: TarEntry[] = [
    ...['a.pt', 'a.pth', 'a.ckpt', 'adapter_model.bin', 'training_args.bin', 'optimizer.bin', 'model.fp16.bin'].map(
      (name) => ({
        path: `srv/${name}`,
        content: old,
      }),
    ),
    { path: 'srv/saved.pkl', content: pytorch },
    { path: 'srv/any.bin', content: pytorch },
    { path: 'srv/data.zip', content: zip([{ name: 'x/y.pkl', content: evil }]) },
    { path: 'srv/pkg-1.0-py3-none-any.whl', content: zip([{ name: 'pkg/y.joblib', content: evil }]) },
    { path: 'srv/served.mar', content: zip([{ name: 'w.pt', content: pytorch, stored: true }]) },
    { path: 'srv/model.tar.gz', content: gzipSync(tar([{ path: 'model.joblib', content: evil }])) },
    { path: 'srv/frame.pkl.gz', content: gzipSync(evil) },
    { path: 'srv/packed.joblib', content: gzipSync(evil) },
    { path: 'srv/speech.nemo', content: tar([{ path: 'model_weights.ckpt', content: pytorch }]) },
  ];
  const good: TarEntry[] = [
    { path: 'lib/distutils-precedence.pth', content: "import os; var = 'SETUPTOOLS'; enabled = True\n" },
    { path: 'lib/paths.pth', content: 'common\nlib\n' },
    { path: 'lib/tutor.pt', content: '====\nBem-vindo\n' },
    { path: 'lib/weights.ckpt', content: Buffer.from('\x00\x01\x02\x03', 'latin1') },
    { path: 'lib/fw.bin', content: zip([{ name: 'kernel', content: 'x' }]) },
    { path: 'lib/good.pkl.gz', content: gzipSync(weights) },
    { path: 'lib/x.zip', content: zip([{ name: 'readme.txt', content: old }]) },
  ];
  const image = writeTemporary('models.tar', dockerArchive({ layers: [layer([...bad, ...good])] }));

  const { findings, problems } = await scanOne(image);

  const ours = findings.filter(({ id }) => id.startsWith('model-'));
  expect(ours.map(({ id, location }) => `${id} ${location?.path}`).sort()).toEqual(
    bad.map(({ path }) => `model-runs-code ${path}`).sort(),
  );
  expect(problems.filter(({ path }) => path?.startsWith('lib/'))).toEqual([]);
});

it('finds them in blobs, which are called by their digests', async () => {
  const hub = 'root/.cache/huggingface/hub/models--boats--hull';
  const pytorch = zip([{ name: 'archive/data.pkl', content: evil }]);
  const header = Buffer.from('\x58\x02\0\0\0\0\0\0{"w":{"dtype":"F32"', 'latin1');
  const files: TarEntry[] = [
    { path: `${hub}/blobs/${'a'.repeat(64)}`, content: pytorch },
    { path: `${hub}/blobs/${'b'.repeat(64)}`, content: evil },
    { path: `${hub}/blobs/${'c'.repeat(40)}`, content: "cos\nsystem\n(S'id'\ntR." },
    { path: `opt/models/blobs/sha256-${'d'.repeat(64)}`, content: evil },
    { path: `${hub}/blobs/${'e'.repeat(40)}`, content: '{"a": 1}' },
    { path: `${hub}/blobs/${'f'.repeat(64)}`, content: Buffer.concat([header, Buffer.alloc(9000, ' ')]) },
    { path: `${hub}/blobs/${'0'.repeat(64)}`, content: Buffer.from('\x80\x02\x00 is a number', 'latin1') },
    { path: `${hub}/blobs/${'1'.repeat(64)}`, content: zip([{ name: 'a.txt', content: 'x' }]) },
    { path: `${hub}/blobs/${'2'.repeat(64)}`, content: `GGUF\x03${'\0'.repeat(100)}` },
    { path: `${hub}/other/${'b'.repeat(64)}`, content: evil },
    { path: `blobs/sha256/${'b'.repeat(64)}`, content: evil },
  ];
  const image = writeTemporary('models.tar', dockerArchive({ layers: [layer(files)] }));

  const { findings, problems } = await scanOne(image);

  const ours = findings.filter(({ id }) => id.startsWith('model-'));
  expect(ours.map(({ id, location }) => `${id} ${location?.path}`).sort()).toEqual(
    files
      .slice(0, 4)
      .map(({ path }) => `model-runs-code ${path}`)
      .sort(),
  );
  expect(problems.filter(({ path }) => path !== undefined)).toEqual([]);
});

/** An array of NumPy, of which the header says what its elements are. */
function npy(type: string, content: Buffer | string): Buffer {
  const header = `{'descr': ${type}, 'fortran_order': False, 'shape': (1,), }\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\0', 'latin1'), length, Buffer.from(header), Buffer.from(content)]);
}

it('finds those in arrays of NumPy, and in archives of them under any name', async () => {
  const computed = Buffer.from('\x8c\x01x\x93.', 'latin1');
  const bad: TarEntry[] = [
    { path: 'srv/objects.npy', content: npy(`'|O'`, evil) },
    { path: 'srv/strings.npy', content: npy(`'T'`, "cos\nsystem\n(S'id'\ntR.") },
    { path: 'srv/record.npy', content: npy(`[('a', '<f8'), ('b', '|O')]`, evil) },
    { path: 'srv/spelled.npy', content: npy(`'\\x4f'`, evil) },
    { path: 'srv/joined.npy', content: npy(`'<f8', 'de' 'scr': '|O'`, evil) },
    { path: 'srv/computed.npy', content: npy(`'|O'`, computed) },
    { path: 'srv/plain.npy', content: evil },
    { path: 'srv/arrays.npz', content: zip([{ name: 'arr_0.npy', content: npy(`'|O'`, evil) }]) },
    { path: 'srv/bare.npz', content: zip([{ name: 'weights', content: npy(`'|O'`, evil) }]) },
    {
      path: 'srv/nested.zip',
      content: zip([{ name: 'x.npz', content: zip([{ name: 'a.npy', content: npy(`'O'`, evil) }]) }]),
    },
    { path: `srv/blobs/${'a'.repeat(64)}`, content: npy(`'|O'`, evil) },
  ];
  const good: TarEntry[] = [
    { path: 'lib/numbers.npy', content: npy(`'<f8'`, evil) },
    { path: 'lib/record.npy', content: npy(`[('Offset', '<f8'), ('b', '<i4', (3,))]`, evil) },
    {
      path: 'lib/Titles.npy',
      content: npy(`[(('Title', 'o'), '<f8')]`, Buffer.from('\x93\x82\x01\xff\xff\xff', 'latin1')),
    },
    { path: 'lib/objects.npy', content: npy(`'|O'`, weights) },
    { path: 'lib/numbers.npz', content: zip([{ name: 'arr_0.npy', content: npy(`'<f8'`, evil) }]) },
    { path: 'lib/text.npy', content: 'no array at all' },
  ];
  const cut: TarEntry = { path: 'srv/cut.npy', content: npy(`'|O'`, weights.subarray(0, 10)) };
  const image = writeTemporary('models.tar', dockerArchive({ layers: [layer([...bad, ...good, cut])] }));

  const { findings, problems } = await scanOne(image);

  const ours = findings.filter(({ id }) => id.startsWith('model-'));
  expect(ours.map(({ id, location }) => `${id} ${location?.path}`).sort()).toEqual(
    bad.map(({ path }) => `model-runs-code ${path}`).sort(),
  );
  const told = problems.filter(({ path }) => path?.startsWith('lib/') || path?.startsWith('srv/'));
  expect(told.map(({ code, path }) => `${code} ${path}`).sort()).toEqual([
    'content.unjudged lib/Titles.npy',
    'content.unjudged srv/cut.npy',
  ]);
});

it('does not take a pickle for followed that hides opcodes behind the bytes of an array', async () => {
  const wrapper = 'cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}b';
  // Eight bytes of an array for joblib, the beginning of a text for Python: it has what comes next.
  const array = 'B\x0f\0\0\0abc';
  const files = [
    { path: 'srv/hidden.joblib', content: Buffer.from(`\x80\x03${wrapper}${array}cos\nsystem\n.0N.`, 'latin1') },
    { path: 'srv/old.pkl', content: Buffer.from('cjoblib.numpy_pickle_compat\nNDArrayWrapper\n)\x81}b.', 'latin1') },
  ];
  const image = writeTemporary('models.tar', dockerArchive({ layers: [layer(files)] }));

  const { problems } = await scanOne(image);

  const told = problems.filter(({ path }) => path?.startsWith('srv/'));
  expect(told).toMatchObject([{ code: 'content.unjudged', path: 'srv/hidden.joblib' }]);
  expect(told[0]?.message).toContain('joblib reads arrays');
});

/** The evil one, as xz --format=lzma makes it. */
const lzma = '5d00008000ffffffffffffffff0040008803cb87e60e3fc6dba6623ad0e017a41322c4a67b569aa15e9054d7ffffe42f0000';

it('inflates what joblib compressed, as far as that goes', async () => {
  const packed = deflateSync(Buffer.concat([evil, randomBytes(100_000)]));
  const files = [
    { path: 'srv/evil.joblib', content: deflateSync(evil) },
    { path: 'srv/damaged.joblib', content: Buffer.concat([packed.subarray(0, 70_000), Buffer.alloc(9000, 0xff)]) },
    { path: 'srv/cut.pkl', content: packed.subarray(0, 90_000) },
    { path: 'srv/old.pkl', content: Buffer.concat([Buffer.from(`ZF0x26${' '.repeat(15)}`), deflateSync(evil)]) },
    { path: 'srv/large.pkl', content: deflateSync(Buffer.concat([evil, Buffer.alloc(70 * 1024 * 1024)])) },
    { path: 'srv/odd.joblib', content: Buffer.from(lzma.replace(/^5d......../, '5d00010000'), 'hex') },
    { path: 'srv/lzma.joblib', content: Buffer.from(lzma, 'hex') },
    { path: 'srv/good.joblib', content: deflateSync(weights) },
  ];
  const image = writeTemporary('models.tar', dockerArchive({ layers: [layer(files)] }));

  const { findings, problems } = await scanOne(image);

  const ours = findings.filter(({ id }) => id.startsWith('model-'));
  expect(ours.map(({ id, location }) => `${id} ${location?.path}`).sort()).toEqual([
    'model-runs-code srv/cut.pkl',
    'model-runs-code srv/damaged.joblib',
    'model-runs-code srv/evil.joblib',
    'model-runs-code srv/large.pkl',
    'model-runs-code srv/lzma.joblib',
    'model-runs-code srv/old.pkl',
  ]);
  const unjudged = problems.filter(({ code, path }) => code === 'content.unjudged' && path?.startsWith('srv/'));
  expect([...new Set(unjudged.map(({ path }) => path))].sort()).toEqual([
    'srv/cut.pkl',
    'srv/damaged.joblib',
    'srv/large.pkl',
    'srv/odd.joblib',
  ]);
});
