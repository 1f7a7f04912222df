import { createHash } from 'node:crypto';
import { SourceError } from '../errors.ts';
import type { Problem } from '../model/problem.ts';
import { joinLayers, type ManifestLayer, parseConfig, repeatedLayers } from './config.ts';
import type { LayerContent } from './content.ts';
import { list, record, text, texts } from './json.ts';
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
  const configFile = readJson(configName === undefined ? undefined : store.get(configName), options.limits);
  const id = configFile.bytes && `sha256:${createHash('sha256').update(configFile.bytes).digest('hex')}`;
  if (configFile.why !== undefined) {
    problems.push({ code: 'image.config-unreadable', message: `the configuration: ${configFile.why}` });
  } else if (id !== undefined && !`sha256:${configName ?? ''}`.includes(id.slice('sha256:'.length))) {
    problems.push(...wrongName(configName ?? '', id));
  }
  const config = parseConfig(configFile.value);
  const names = texts(entry['Layers']);
  if (names.length > options.limits.layers) {
    throw new SourceError(
      'source.limit',
      `${reference}: ${names.length} layers are more than ${options.limits.layers}`,
    );
  }
  const sources = names.map((name) => store.get(name));
  const manifest = names.map((name, index): ManifestLayer => {
    const digest = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name)?.[1];
    return { size: sources[index]?.size ?? 0, ...(digest !== undefined && { digest: `sha256:${digest}` }) };
  });
  const joined = joinLayers(manifest, config);
  problems.push(...joined.problems, ...repeatedLayers(names.map((name, i) => (sources[i] ? name : undefined))));
  const layers = sources.map((source, layer): LayerContent | undefined => {
    if (source !== undefined) return new TarLayer(source);
    problems.push({
      code: 'image.layer-missing',
      message: `layer ${layer} is listed in ${MANIFEST} but not in the archive`,
      layer,
    });
    return undefined;
  });
  if (names.length === 0) problems.push({ code: 'image.no-layers', message: 'the image has no layers' });
  return {
    info: {
      reference,
      names: texts(entry['RepoTags']),
      ...(id !== undefined && { id }),
      ...(config.platform !== undefined && { platform: config.platform }),
      ...(config.created !== undefined && { created: config.created }),
      layers: joined.layers,
      history: joined.history,
      config: config.config,
    },
    layers,
    problems,
  };
}

/** The name of a configuration is its digest; other tools use other names, so only a wrong digest is worth a word. */
function wrongName(name: string, id: string): Problem[] {
  const stated = /(?:^|\/)([0-9a-f]{64})(?:\.json)?$/.exec(name)?.[1];
  if (stated === undefined) return [];
  return [
    { code: 'image.digest-mismatch', message: `the configuration has the digest ${id}, but is named after another` },
  ];
}
