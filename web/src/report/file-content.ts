import type { Report } from '../api/schema.ts';

/** What a report file has in it. */
export interface FileContent {
  readonly reports: readonly Report[];
  /** Of each report, how many findings filters of the command line left out; absent: none. */
  readonly hidden?: readonly number[];
  /** Of each report, how many findings there was no room for; absent: none. */
  readonly left?: readonly number[];
}

/**
 * Reads what src/report/html.ts put into the file: JSON, compressed with gzip, in base64.
 * @throws where there is nothing, or it is cut off or damaged
 */
export async function readFileContent(document: Document): Promise<FileContent> {
  const text = document.getElementById('report')?.textContent.trim() ?? '';
  if (text === '') throw new Error('There is no report in this file.');
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return (await new Response(stream).json()) as FileContent;
}
