/** What a file may be by its name. */
export type FileRole =
  /** A pickle, or a zip archive of PyTorch that is called so. */
  | 'pickle'
  /** What torch.save writes: a zip archive with `data.pkl` in it, or pickles one behind the other. */
  | 'model'
  /** Anything, and what torch.save wrote among that. */
  | 'binary'
  /** A zip archive that may hold files of the other roles. */
  | 'zip'
  /** An archive of another kind that holds a model, or one of them compressed. */
  | 'archive';

const pickles = ['.pkl', '.pickle', '.joblib', '.dill'] as const;
const models = ['.pt', '.pth', '.ckpt', '.ptl'] as const;
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
export const modelEndings: readonly string[] = [...pickles, ...models, '.bin', ...zips, ...archives, ...packed];

/** What transformers, PEFT and diffusers call their pickles. */
const BINARY_MODEL =
  /^(?:adapter_model|(?:diffusion_)?pytorch_model|model|open_clip_pytorch_model|optimizer|scaler|scheduler|training_args)(?:[._-][\w.-]{0,100})?\.bin$/;
const MODEL_ARCHIVE = /^[\w.-]{0,100}model[\w.-]{0,100}\.t(?:ar|gz|ar\.gz)$/;

export function roleOf(name: string): FileRole | undefined {
  const lower = name.toLowerCase();
  const ends = (endings: readonly string[]): boolean => endings.some((ending) => lower.endsWith(ending));
  if (ends(pickles)) return 'pickle';
  if (ends(models)) return 'model';
  if (lower.endsWith('.bin')) return BINARY_MODEL.test(lower) ? 'model' : 'binary';
  if (ends(zips)) return 'zip';
  if (lower.endsWith('.nemo') || ends(packed) || MODEL_ARCHIVE.test(lower)) return 'archive';
  return undefined;
}
