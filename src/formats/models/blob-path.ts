import { posix } from 'node:path';

/**
 * Files that are called by their digest alone: SHA-256 or the id of git in the cache of the hub (huggingface_hub, "Understand
 * caching"), `sha256-...` of Ollama.
 */
const DIGEST = /^(?:sha256-[0-9a-f]{64}|[0-9a-f]{64}|[0-9a-f]{40})$/;
/** Links of the cache of the hub to its blobs, by the names that the files of a model have. */
const SNAPSHOT = /(?:^|\/)models--[^/]{1,200}\/snapshots\/[0-9a-f]{40}(?:\/|$)/;

/** Whether files of models may stand in a folder under nothing but their digest. */
export function mayHoldBlobs(directory: string): boolean {
  return directory === 'blobs' || directory.endsWith('/blobs');
}

export function isBlob(path: string, name: string): boolean {
  return DIGEST.test(name) && mayHoldBlobs(path.slice(0, -name.length - 1));
}

/** Whether links in a folder tell what blobs are called. */
export function mayNameBlobs(directory: string): boolean {
  return directory.includes('/snapshots/') && SNAPSHOT.test(directory);
}

/** Path of the file that a symbolic link in the cache of the hub leads to. */
export function targetOf(link: string, target: string): string {
  return posix.join('/', target.startsWith('/') ? '' : posix.dirname(link), target).slice(1);
}
