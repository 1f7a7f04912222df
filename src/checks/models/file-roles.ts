import type { FileHeader } from '../../model/file.ts';

/** What a file may be by its name. */
export type FileRole =
  /** A pickle, or a zip archive of PyTorch that is called so. */
  | 'pickle'
  /** What torch.save writes: a zip archive with `data.pkl` in it, or pickles one behind the other. */
  | 'model'
  /** Anything, and what torch.save wrote among that. */
  | 'binary'
  /** An array of NumPy: of objects, a pickle; and what NumPy takes for a pickle or an archive where it is none. */
  | 'array'
  /** A zip archive that may hold files of the other roles. */
  | 'zip'
  /** An archive of another kind that holds a model, or one of them compressed. */
  | 'archive';

const pickles = ['.pkl', '.pickle', '.joblib', '.dill'] as const;
const arrays = ['.npy'] as const;
const models = ['.pt', '.pth', '.ckpt', '.ptl'] as const;
/** Archives of arrays: NumPy reads whatever in them begins as one, under any name. */
const arrayArchives = ['.npz'] as const;
/** Wheels and eggs are zip archives, and so are the archives of TorchServe. */
const zips = ['.zip', '.whl', '.egg', '.mar'] as const;
/** Archives of NeMo, and what SageMaker has models in. */
const archives = ['.nemo', '.tar.gz', '.tgz', '.tar'] as const;

/** What pickles of pandas and others are compressed to: their names get one more ending. */
const compressions = ['.gz', '.bz2', '.xz', '.zst', '.lzma'] as const;
const packed: readonly string[] = [...pickles, ...models].flatMap((ending) =>
  compressions.map((more) => `${ending}${more}`),
);

/** Endings of all of them, as `Analyzer.names` has them. */
export const modelEndings: readonly string[] = [
  ...pickles,
  ...arrays,
  ...models,
  '.bin',
  ...arrayArchives,
  ...zips,
  ...archives,
  ...packed,
];

/** What transformers, PEFT and diffusers call their pickles. */
const BINARY_MODEL =
  /^(?:adapter_model|(?:diffusion_)?pytorch_model|model|open_clip_pytorch_model|optimizer|scaler|scheduler|training_args)(?:[._-][\w.-]{0,100})?\.bin$/;
const MODEL_ARCHIVE = /^[\w.-]{0,100}model[\w.-]{0,100}\.t(?:ar|gz|ar\.gz)$/;

/** Whether it is an archive of arrays, or a path of one. */
export function isArrayArchive(path: string): boolean {
  return /\.npz$/i.test(path);
}

export function roleOf({ name, archive }: Pick<FileHeader, 'name' | 'archive'>): FileRole | undefined {
  if (archive !== undefined && isArrayArchive(archive)) return 'array';
  const lower = name.toLowerCase();
  const ends = (endings: readonly string[]): boolean => endings.some((ending) => lower.endsWith(ending));
  if (ends(pickles)) return 'pickle';
  if (ends(arrays)) return 'array';
  if (ends(models)) return 'model';
  if (lower.endsWith('.bin')) return BINARY_MODEL.test(lower) ? 'model' : 'binary';
  // Those in no archive are looked into by others, whatever their members are called.
  if (ends(zips) || (archive !== undefined && ends(arrayArchives))) return 'zip';
  if (lower.endsWith('.nemo') || ends(packed) || MODEL_ARCHIVE.test(lower)) return 'archive';
  return undefined;
}
