import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type PackageUse, packageUses } from '../../model/package-use.ts';
import type { Report } from '../../model/report.ts';
import type { ImageKnowledge, KnowledgeSource, ObservedUse, RunningImage } from '../../model/topology.ts';

/** Milliseconds from look to look for further runs. */
const LOOK_EVERY = 2000;
const FILE_BYTES = 16 * 1024 * 1024;
/** Files of a package that are kept. */
const MOST_FILES = 3;

/** What is kept of a run that `drydock observe` watched; plain data, for a file. */
interface KeptRun {
  readonly schemaVersion: 1;
  /** RFC 3339. */
  readonly at: string;
  readonly packages: readonly (ObservedUse & { readonly purl: string })[];
}

/** @returns undefined for what is no digest, which no engine calls an image by */
function fileOf(folder: string, id: string): string | undefined {
  const digest = /^(?:sha256:)?([\da-f]{64})$/.exec(id)?.[1];
  return digest === undefined ? undefined : path.join(folder, `${digest}.json`);
}

/**
 * Keeps what a run used, for maps of this machine; the last run of an image replaces the one before.
 * @param folder of runs in the cache
 */
export async function keepRun(folder: string, { image, observation }: Report): Promise<void> {
  const file = fileOf(folder, image.id ?? '');
  if (file === undefined || observation === undefined) return;
  const kept: KeptRun = {
    schemaVersion: 1,
    at: observation.startedAt,
    packages: observation.packagesInUse.map(({ purl, use, files }) => ({
      purl,
      use,
      files: files.slice(0, MOST_FILES),
    })),
  };
  const temporary = `${file}.${process.pid}.tmp`;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    await writeFile(temporary, JSON.stringify(kept), { mode: 0o600 });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

interface Run {
  readonly at: string;
  readonly uses: ReadonlyMap<string, ObservedUse>;
}

/** What another source knows of images, with what `drydock observe` saw them use on this machine. */
export class ObservedHere implements KnowledgeSource {
  readonly #source: KnowledgeSource;
  readonly #folder: string;
  readonly #marked = new WeakMap<ImageKnowledge, { readonly run: Run; readonly marked: ImageKnowledge }>();
  readonly #runs = new Map<string, { readonly stamp: number; readonly run: Run | undefined }>();
  readonly #timer: NodeJS.Timeout;
  #stamp: number | undefined;
  #revision = 0;

  /** @param folder of runs in the cache */
  constructor(source: KnowledgeSource, folder: string) {
    this.#source = source;
    this.#folder = folder;
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY).unref();
  }

  get revision(): number {
    return this.#revision + (this.#source.revision ?? 0);
  }

  async of(image: RunningImage): Promise<ImageKnowledge> {
    const [knowledge, run] = await Promise.all([this.#source.of(image), this.#runOf(image.id)]);
    // The later one counts.
    if (run === undefined || knowledge.state !== 'known' || (knowledge.run && knowledge.run.at >= run.at))
      return knowledge;
    const known = this.#marked.get(knowledge);
    if (known?.run === run) return known.marked;
    const marked: ImageKnowledge = {
      ...knowledge,
      run: { at: run.at },
      packages: knowledge.packages.map(({ observed: _, ...one }) => {
        const observed = run.uses.get(one.purl);
        return observed === undefined ? one : { ...one, observed };
      }),
    };
    this.#marked.set(knowledge, { run, marked });
    return marked;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** A run that is kept changes the folder. */
  async #look(): Promise<void> {
    const stamp = await stampOf(this.#folder);
    if (stamp !== this.#stamp && this.#stamp !== undefined) this.#revision++;
    this.#stamp = stamp;
  }

  async #runOf(id: string): Promise<Run | undefined> {
    const file = fileOf(this.#folder, id);
    if (file === undefined) return undefined;
    const stamp = await stampOf(file);
    if (stamp === 0) return undefined;
    const known = this.#runs.get(id);
    if (known?.stamp === stamp) return known.run;
    const run = await readRun(file);
    this.#runs.set(id, { stamp, run });
    return run;
  }
}

/** 0: it is not there. */
async function stampOf(file: string): Promise<number> {
  return await stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

/** @returns undefined for what `keepRun` did not write */
async function readRun(file: string): Promise<Run | undefined> {
  try {
    if ((await stat(file)).size > FILE_BYTES) return undefined;
    const { schemaVersion, at, packages } = JSON.parse(await readFile(file, 'utf8')) as KeptRun;
    if (schemaVersion !== 1 || Number.isNaN(Date.parse(at))) return undefined;
    const known: ReadonlySet<PackageUse> = new Set(packageUses);
    const uses = packages.filter(({ use }) => known.has(use));
    return { at, uses: new Map(uses.map(({ purl, use, files }) => [purl, { use, files: files.map(String) }])) };
  } catch {
    return undefined;
  }
}
