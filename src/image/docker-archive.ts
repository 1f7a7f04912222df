import { SourceError } from '../errors.ts';
import type { Problem } from '../model/problem.ts';
import type { ManifestLayer } from './config.ts';
import type { LayerContent } from './content.ts';
import { list, record, text, texts } from './json.ts';
import { describeImage, sha256Of } from './manifest.ts';
import type { OpenedImage, OpenOptions } from './opened-image.ts';
import { type BlobStore, readJson } from './store.ts';
import { TarLayer } from './tar-layer.ts';

const MANIFEST = 'manifest.json';

/** True where the files are what `docker save` writes, in the old layout (`ID/layer.tar`) or in the new one. */
export function isDockerArchive(store: BlobStore): boolean {
  return store.has(MANIFEST);
}

/** Opens every image of a `docker save` archive (Docker image specification v1.2, "Combined Image JSON"). */
export function openDockerArchive(reference: string, store: BlobStore, options: OpenOptions): readonly OpenedImage[] {
  const { value, why } = readJson(store.get(MANIFEST), options.limits);
  const entries = list(value);
  if (entries.length === 0) {
    throw new SourceError(
      'source.unreadable',
      `${reference}: ${MANIFEST} names no image: ${why ?? 'it is empty'}. Save the image again.`,
    );
  }
  return entries.map((entry) => openEntry(reference, record(entry), store, options));
}

function openEntry(
  reference: string,
  entry: Readonly<Record<string, unknown>>,
  store: BlobStore,
  options: OpenOptions,
): OpenedImage {
  const problems: Problem[] = [...store.problems];
  const configName = text(entry['Config']);
  const config = readJson(configName === undefined ? undefined : store.get(configName), options.limits);
  if (config.why === undefined && config.bytes !== undefined) {
    problems.push(...checkName(configName ?? '', sha256Of(config.bytes)));
  }
  const names = texts(entry['Layers']);
  const sources = names.map((name) => store.get(name));
  const described = describeImage(
    {
      reference,
      names: texts(entry['RepoTags']),
      config,
      layers: names.map((name, index): ManifestLayer => {
        const digest = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name)?.[1];
        return { size: sources[index]?.size ?? 0, ...(digest !== undefined && { digest: `sha256:${digest}` }) };
      }),
      identities: names.map((name, i) => (sources[i] ? name : undefined)),
    },
    options.limits,
  );
  problems.push(...described.problems);
  const layers = sources.map((source, layer): LayerContent | undefined => {
    if (source !== undefined) return new TarLayer(source);
    problems.push({
      code: 'image.layer-missing',
      message: `layer ${layer} is listed in ${MANIFEST} but not in the archive`,
      layer,
    });
    return undefined;
  });
  return { info: described.info, layers, problems };
}

/** The name of a configuration is its digest; other tools use other names, so only a wrong digest is worth a word. */
function checkName(name: string, id: string): Problem[] {
  if (`sha256:${name}`.includes(id.slice('sha256:'.length))) return [];
  const stated = /(?:^|\/)([0-9a-f]{64})(?:\.json)?$/.exec(name)?.[1];
  if (stated === undefined) return [];
  return [
    { code: 'image.digest-mismatch', message: `the configuration has the digest ${id}, but is named after another` },
  ];
}
