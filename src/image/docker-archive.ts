import { SourceError } from '../errors.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { Problem } from '../model/problem.ts';
import type { ManifestLayer } from './config.ts';
import type { LayerContent } from './content.ts';
import { list, record, text, texts } from './json.ts';
import { describeImage, sha256Of } from './manifest.ts';
import type { OpenedImage, OpenOptions } from './opened-image.ts';
import { choosePlatform } from './platform.ts';
import { readJson } from './read-json.ts';
import type { BlobStore } from './store.ts';
import { TarLayer } from './tar-layer.ts';

const MANIFEST = 'manifest.json';

/** True where the files are what `docker save` writes, in the old layout (`ID/layer.tar`) or in the new one. */
export function isDockerArchive(store: BlobStore): boolean {
  return store.has(MANIFEST);
}

/** Opens every image of a `docker save` archive (Docker image specification v1.2, "Combined Image JSON"). */
export function openDockerArchive(reference: string, store: BlobStore, options: OpenOptions): readonly OpenedImage[] {
  const { images, why } = readDockerArchive(reference, store, options);
  if (why !== undefined) throw new SourceError('source.unreadable', `${reference}: ${why}. Save the image again.`);
  // Without a wish each is read: an archive has several images of one platform.
  if (options.platform === undefined) return images;
  const variants = images.map((image) => {
    const { platform } = image.info;
    return { image, ...(platform !== undefined && { platform }) };
  });
  return choosePlatform(reference, variants, options.platform).map(({ image }) => image);
}

/** The same for files of which the user has no archive; `why` says why there is no image. */
export function readDockerArchive(
  reference: string,
  store: BlobStore,
  options: OpenOptions,
): { readonly images: readonly OpenedImage[]; readonly why?: string } {
  const { value, why } = readJson(store.get(MANIFEST), options.limits);
  const entries = list(value);
  if (entries.length === 0) return { images: [], why: `${MANIFEST} names no image: ${why ?? 'it is empty'}` };
  return { images: entries.map((entry) => openEntry(reference, record(entry), store, options)) };
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
  const found = names.map((name) => store.layer?.(name) ?? tarLayer(store.get(name)));
  const described = describeImage(
    {
      reference,
      names: texts(entry['RepoTags']),
      config,
      layers: names.map((name, index): ManifestLayer => {
        const digest = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name)?.[1];
        return { size: found[index]?.size ?? 0, ...(digest !== undefined && { digest: `sha256:${digest}` }) };
      }),
      identities: names.map((name, i) => (found[i] ? name : undefined)),
    },
    options.limits,
  );
  problems.push(...described.problems);
  const layers = found.map((content, layer): LayerContent | undefined => {
    if (content !== undefined) return content;
    problems.push({
      code: 'image.layer-missing',
      message: `layer ${layer} is listed in ${MANIFEST} but not in the archive`,
      layer,
    });
    return undefined;
  });
  return { info: described.info, layers, problems };
}

function tarLayer(source: ByteSource | undefined): LayerContent | undefined {
  return source === undefined ? undefined : new TarLayer(source);
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
