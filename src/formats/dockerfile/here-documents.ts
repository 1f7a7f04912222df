import type { InstructionDocument } from '../../model/history.ts';

/** Where a here-document begins: a word of its own, after a descriptor if there is one. */
const opening = /(?:^|[\s;&|(])\d*<<(-?)(?:"([^"\s<>]+)"|'([^'\s<>]+)'|([^\s<>"';&|()$`\\]+))/g;

interface Opened {
  readonly name: string;
  readonly isStripped: boolean;
  readonly isExpanded: boolean;
}

/** What a line of RUN, COPY or ADD opens. */
function openedBy(line: string): Opened[] {
  const found: Opened[] = [];
  for (const [, dash, double, single, bare] of line.matchAll(opening)) {
    const name = double ?? single ?? bare;
    if (name !== undefined) found.push({ name, isStripped: dash === '-', isExpanded: bare !== undefined });
  }
  return found;
}

/**
 * Reads the here-documents that the first line opens.
 * @returns the documents that are closed, and how many characters they take with the lines that end them
 */
export function readDocuments(line: string, below: string): { documents: InstructionDocument[]; length: number } {
  const documents: InstructionDocument[] = [];
  let at = 0;
  for (const { name, isStripped, isExpanded } of openedBy(line)) {
    const lines: string[] = [];
    let next = at;
    let isClosed = false;
    while (!isClosed && next < below.length) {
      const end = below.indexOf('\n', next);
      const raw = end < 0 ? below.slice(next) : below.slice(next, end);
      next = end < 0 ? below.length : end + 1;
      const text = isStripped ? raw.replace(/^\t+/, '') : raw;
      isClosed = text.replace(/\r$/, '') === name;
      if (!isClosed) lines.push(text);
    }
    // Not closed: no here-document, and what follows belongs to the text.
    if (!isClosed) break;
    at = next;
    documents.push({ name, isExpanded, content: lines.map((text) => `${text}\n`).join('') });
  }
  return { documents, length: at };
}

/** A name for a here-document that no line of the text is. */
export function freeName(text: string): string {
  const lines = new Set(text.split('\n').map((line) => line.trim()));
  for (let number = 0; ; number++) {
    const name = number === 0 ? 'EOF' : `EOF${number}`;
    if (!lines.has(name)) return name;
  }
}
