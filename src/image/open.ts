import { closeSync, openSync, type Stats, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { SourceError } from '../errors.ts';
import { FileSource, MemorySource } from '../formats/byte-source.ts';
import { type ElsewhereScheme, looksLikeImageName, openElsewhere } from './elsewhere.ts';
import { openFile } from './open-file.ts';
import { openFolder } from './open-folder.ts';
import type { OpenedSource, OpenOptions } from './opened-image.ts';
import { isElsewhere, splitReference } from './scheme.ts';
import { Spool } from './spool.ts';

/**
 * Opens an image: an archive, an OCI layout, an ACI, a root file system, a single layer, a bill of materials, a package
 * URL, `-` for standard input, or a name that a container engine or a registry knows. What a file is, is told by its
 * content; a scheme (`oci-dir:`) states it.
 * @throws SourceError when there is nothing that could be read as an image
 */
export async function openImage(reference: string, options: OpenOptions, stdin?: Readable): Promise<OpenedSource> {
  // A package URL is a bill of materials of one line.
  if (reference.startsWith('pkg:')) {
    return { images: [], document: new MemorySource(Buffer.from(reference)), close: () => undefined };
  }
  const { scheme, location } = splitReference(reference);
  if (isElsewhere(scheme)) return await openNamed(scheme, location, reference, options);
  if (location === '-') {
    const spool = await spoolStream(stdin ?? process.stdin, options);
    return openFile(reference, new FileSource(spool.descriptor), scheme, options, () => spool.close());
  }
  if (location === '') throw new SourceError('source.not-found', `${reference} names no file`);
  const stats = statLocation(location);
  if (stats === undefined) {
    if (scheme === undefined && (await looksLikeImageName(location))) {
      return await openNamed(undefined, location, reference, options);
    }
    throw new SourceError(
      'source.not-found',
      `${location} is no file or folder here. An image of a container engine or a registry is written "docker:NAME", "podman:NAME" or "registry:NAME".${location.includes('\ufffd') ? notText : ''}`,
    );
  }
  if (stats.isDirectory()) return openFolder(reference, location, scheme, options);
  if (!stats.isFile()) {
    throw new SourceError('source.not-an-image', `${location} is no file and no folder. To read a stream, give "-".`);
  }
  if (scheme === 'dir' || scheme === 'oci-dir') {
    throw new SourceError('source.not-an-image', `${location} is a file; "${scheme}:" needs a folder`);
  }
  const descriptor = openLocation(location);
  return openFile(reference, new FileSource(descriptor), scheme, options, () => closeSync(descriptor));
}

async function openNamed(
  scheme: ElsewhereScheme | undefined,
  name: string,
  reference: string,
  options: OpenOptions,
): Promise<OpenedSource> {
  if (options.elsewhere === undefined) {
    throw new SourceError('source.not-found', `${reference} is no file or folder here, and only those may be read`);
  }
  return await openElsewhere(scheme, name, options, options.elsewhere, reference);
}

/** Node.js hands on names as text. */
const notText =
  ' Its name has bytes that are no UTF-8 and were lost on the way: give it another name, or the file to standard input (-).';

function openLocation(location: string): number {
  try {
    return openSync(location, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SourceError('source.unreadable', `cannot read ${location} (${code})`, { cause: error });
  }
}

function statLocation(location: string): Stats | undefined {
  try {
    return statSync(location);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new SourceError('source.unreadable', `cannot read ${location} (${code})`, { cause: error });
  }
}

async function spoolStream(stream: Readable, options: OpenOptions): Promise<Spool> {
  const spool = new Spool(options.temporary, options.limits.spoolBytes);
  try {
    for await (const chunk of stream) {
      options.signal.throwIfAborted();
      spool.write(chunk as Buffer);
      options.onSpool?.(spool.size);
    }
    return spool;
  } catch (error) {
    spool.close();
    throw error;
  }
}
