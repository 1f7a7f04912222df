import { useSyncExternalStore } from 'react';
import { bytesWords } from '../ui/bytes.tsx';
import { askAgain, noteFailure } from './answers.ts';
import { ApiProblem, addressOf, Unreachable } from './client.ts';
import type { SubmittedImage } from './schema.ts';

/** An archive on its way to the service. It goes on while other pages are looked at. */
export interface Upload {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  readonly sent: number;
  readonly state: 'sending' | 'done' | 'failed' | 'cancelled';
  readonly failure?: string;
  readonly image?: SubmittedImage;
}

let uploads: readonly Upload[] = [];
let count = 0;
const requests = new Map<number, XMLHttpRequest>();
const listeners = new Set<() => void>();

function change(id: number, part: Partial<Upload>): void {
  uploads = uploads.map((each) => (each.id === id ? { ...each, ...part } : each));
  tell();
}

function tell(): void {
  for (const listener of listeners) listener();
  const sending = uploads.some(({ state }) => state === 'sending');
  // Leaving the page would end them.
  if (sending) addEventListener('beforeunload', warn);
  else removeEventListener('beforeunload', warn);
}

function warn(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

/**
 * Sends an archive. `fetch` does not tell how far it is, so this is the older way.
 * @param limit bytes that the service takes: what is larger is not sent at all
 * @returns the upload; how it goes is told by `useUploads`
 */
export function startUpload(file: File, limit = Infinity, onDone?: (image: SubmittedImage) => void): Upload {
  const isTooLarge = file.size > limit;
  const upload: Upload = {
    ...{ id: ++count, name: file.name, bytes: file.size, sent: 0 },
    ...(isTooLarge
      ? { state: 'failed', failure: `It is too large: this service takes ${bytesWords(limit)} (upload-limit).` }
      : { state: 'sending' }),
  };
  uploads = [upload, ...uploads].slice(0, 20);
  if (isTooLarge) {
    tell();
    return upload;
  }
  const request = new XMLHttpRequest();
  requests.set(upload.id, request);
  const fail = (failure: string): void => {
    requests.delete(upload.id);
    change(upload.id, { state: 'failed', failure });
  };
  request.open('POST', addressOf('POST /api/images/upload', { query: { name: file.name.slice(0, 200) } }));
  request.setRequestHeader('Content-Type', 'application/octet-stream');
  let told = 0;
  request.upload.onprogress = ({ loaded }) => {
    if (Date.now() - told < 100) return;
    told = Date.now();
    change(upload.id, { sent: loaded });
  };
  request.onload = () => {
    const answer = parse(request.responseText);
    if (request.status >= 200 && request.status < 300) {
      requests.delete(upload.id);
      const image = answer as unknown as SubmittedImage;
      change(upload.id, { state: 'done', sent: file.size, image });
      askAgain('GET /api/images', 'GET /api/overview');
      onDone?.(image);
    } else {
      const detail = typeof answer['detail'] === 'string' ? answer['detail'] : `status ${request.status}`;
      noteFailure(new ApiProblem(request.status, detail, 'upload'));
      fail(detail);
    }
  };
  request.onerror = () => {
    // The service may have ended the connection since it had read enough: that it is there is found out by a probe.
    noteFailure(new Unreachable(undefined));
    fail('The connection ended before all of it was sent: the service is gone, or does not take that much.');
  };
  request.onabort = () => {
    requests.delete(upload.id);
    change(upload.id, { state: 'cancelled' });
  };
  request.send(file);
  tell();
  return upload;
}

export function cancelUpload(id: number): void {
  requests.get(id)?.abort();
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(text) ?? {}) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

export function useUploads(): readonly Upload[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => uploads,
  );
}
