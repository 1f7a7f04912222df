import { expectDone, readJson, refusal } from './answers.ts';
import type { Engine } from './engine.ts';
import { encodeImageName } from './images.ts';
import { textField, textRecordField, textsField } from './json-fields.ts';
import { readProgress } from './json-stream.ts';
import { type LabelFilter, labelFilters, query } from './requests.ts';

/** An image of a list. */
export interface EngineImage {
  readonly id: string;
  readonly names: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Makes an image of one layer from a tar of a root file system, which may be empty.
 * @param changes instructions of a build file: `LABEL a=b`, `ENTRYPOINT ["/x"]`
 * @throws EngineError `refused`
 */
export async function importImage(
  engine: Engine,
  name: { readonly repository: string; readonly tag: string },
  tar: Uint8Array | AsyncIterable<Uint8Array>,
  { changes = [], platform, signal }: { changes?: readonly string[]; platform?: string; signal?: AbortSignal } = {},
): Promise<void> {
  const search = new URLSearchParams({ fromSrc: '-', repo: name.repository, tag: name.tag });
  if (platform !== undefined) search.set('platform', platform);
  for (const change of changes) search.append('changes', change);
  const response = await engine.request({
    method: 'POST',
    path: `/images/create?${search}`,
    headers: { 'content-type': 'application/x-tar' },
    body: tar,
    headersMs: engine.timeouts.exportMs,
    ...(signal && { signal }),
  });
  if (response.status !== 200) throw await refusal(response, engine.name);
  await readProgress(response.body as AsyncIterable<Buffer>, engine.name);
}

/**
 * Gives an engine the images of an archive as `docker save` writes them.
 * @throws EngineError `refused` with its words where it does not take them
 */
export async function loadImages(
  engine: Engine,
  tar: Uint8Array | AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  const response = await engine.request({
    method: 'POST',
    path: `/images/load${query({ quiet: true })}`,
    headers: { 'content-type': 'application/x-tar' },
    body: tar,
    headersMs: engine.timeouts.exportMs,
    // It says nothing while it unpacks.
    idleMs: engine.timeouts.exportMs,
    ...(signal && { signal }),
  });
  if (response.status !== 200) throw await refusal(response, engine.name);
  await readProgress(response.body as AsyncIterable<Buffer>, engine.name);
}

/** Takes a name away, and the image when it was its last. @returns whether there was one */
export async function removeImage(engine: Engine, name: string, signal?: AbortSignal): Promise<boolean> {
  const response = await engine.request({
    method: 'DELETE',
    path: `/images/${encodeImageName(engine, name)}${query({ force: true })}`,
    ...(signal && { signal }),
  });
  return (await expectDone(response, engine.name, [200, 404])) < 400;
}

/** Gives an image one more name. */
export async function tagImage(
  engine: Engine,
  name: string,
  to: { readonly repository: string; readonly tag: string },
  signal?: AbortSignal,
): Promise<void> {
  const response = await engine.request({
    method: 'POST',
    path: `/images/${encodeImageName(engine, name)}/tag${query({ repo: to.repository, tag: to.tag })}`,
    ...(signal && { signal }),
  });
  await expectDone(response, engine.name, [201]);
}

/** Images that have all of some labels. */
export async function listImages(
  engine: Engine,
  labels: LabelFilter,
  signal?: AbortSignal,
): Promise<readonly EngineImage[]> {
  const response = await engine.request({
    path: `/images/json${query({ filters: labelFilters(labels) })}`,
    ...(signal && { signal }),
  });
  const value = await readJson(response, engine.name);
  return (Array.isArray(value) ? value : []).flatMap((item: unknown) => {
    const id = textField(item, 'Id');
    if (id === undefined) return [];
    return [{ id, names: textsField(item, 'RepoTags'), labels: textRecordField(item, 'Labels') }];
  });
}
