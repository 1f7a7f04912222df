import { knownImages } from './presets.ts';
import type { RunPreset } from './run-profile.ts';

/** What an image is recognised by. All of it is what the image says of itself, and decides nothing but a try. */
export interface ImageTraits {
  /** Names that it has: `docker.io/library/postgres:17`. */
  readonly names: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  /** Names of packages that it has. */
  readonly packages?: readonly string[];
}

/** Labels in which images say what they are (OCI image specification, annotations.md, and older ones). */
const titles = ['org.opencontainers.image.title', 'org.label-schema.name', 'name', 'app.kubernetes.io/name'];

/** What is known of an image that may help it to run: by its name, else by its labels, else by what it starts. At most two. */
export function findPresets(traits: ImageTraits): readonly RunPreset[] {
  const { names, labels = {}, entrypoint = [], command = [], packages = [] } = traits;
  const called = names.map(repositoryOf);
  const titled = titles.flatMap((title) => (Object.hasOwn(labels, title) ? [labels[title]!.toLowerCase()] : []));
  const started = [...entrypoint, ...command].slice(0, 20).map((word) => word.slice(word.lastIndexOf('/') + 1));
  const installed = new Set(packages);
  const by = [
    knownImages.filter(({ images }) => called.some((name) => images.some((image) => isCalled(name, image)))),
    knownImages.filter(({ images }) => titled.some((title) => images.includes(title))),
    knownImages.filter(({ programs = [] }) => started.some((word) => programs.includes(word))),
    knownImages.filter(({ packages: own = [] }) => own.some((name) => installed.has(name))),
  ];
  return (by.find((found) => found.length > 0) ?? [])
    .slice(0, 2)
    .map(({ name, environment, command: instead, assumption, memoryBytes }) => ({
      name,
      environment,
      assumption,
      ...(instead && { command: instead }),
      ...(memoryBytes !== undefined && { memoryBytes }),
    }));
}

/** `docker.io/library/postgres:17@sha256:...` is `docker.io/library/postgres`. */
function repositoryOf(name: string): string {
  const [plain = ''] = name.slice(0, 1000).toLowerCase().split('@');
  const colon = plain.lastIndexOf(':');
  return colon > plain.lastIndexOf('/') ? plain.slice(0, colon) : plain;
}

function isCalled(repository: string, image: string): boolean {
  return repository === image || repository.endsWith(`/${image}`);
}
