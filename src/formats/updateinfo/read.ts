import { FormatError, LimitError } from '../../errors.ts';
import { severityOfWord } from '../severity-word.ts';
import { xmlItems } from '../xml/items.ts';
import type { XmlHandler } from '../xml/parser.ts';
import { readNoticeDate } from './date.ts';
import type { Notice, NoticePackage, NoticeReference } from './notice.ts';

/** A notice, or why one or a part of one was left out. */
export type UpdateinfoItem = Notice | { readonly skipped: string };

const TITLE = 300;
const DESCRIPTION = 4000;
const WORD = 200;
const REFERENCES = 5000;
const PACKAGES = 200_000;

/** Elements of an `update` whose text counts, with the characters that are kept of it. */
const texts: ReadonlyMap<string, number> = new Map([
  ['id', WORD],
  ['title', TITLE],
  ['severity', WORD],
  ['description', DESCRIPTION],
  ['summary', TITLE],
]);

/**
 * Reads `updateinfo.xml`, the notices of an rpm repository (createrepo_c), as Amazon Linux and Bottlerocket publish them, as
 * a stream.
 * @throws FormatError if it is no such document, or damaged
 * @throws LimitError if a notice has more packages or references than any real one
 */
export function readUpdateinfo(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<UpdateinfoItem> {
  return xmlItems(chunks, (emit) => new UpdateinfoHandler(emit));
}

/** What was gathered of the notice that is being read. */
interface Draft {
  readonly type: string;
  readonly texts: Map<string, string>;
  readonly references: NoticeReference[];
  readonly packages: NoticePackage[];
  issued?: string;
  updated?: string;
}

class UpdateinfoHandler implements XmlHandler {
  readonly #emit: (item: UpdateinfoItem) => void;
  readonly #path: string[] = [];
  #draft: Draft | undefined;

  constructor(emit: (item: UpdateinfoItem) => void) {
    this.#emit = emit;
  }

  open(name: string, attributes: ReadonlyMap<string, string>): void {
    const parent = this.#path.at(-1);
    if (parent === undefined && name !== 'updates') {
      throw new FormatError(`the document is no updateinfo.xml, but <${name.slice(0, 60)}>`);
    }
    this.#path.push(name);
    if (name === 'update' && parent === 'updates') {
      this.#draft = { type: attributes.get('type') ?? '', texts: new Map(), references: [], packages: [] };
    } else if (this.#draft !== undefined) this.#within(this.#draft, name, parent, attributes);
  }

  text(text: string): void {
    const name = this.#path.at(-1) ?? '';
    const maximum = texts.get(name);
    if (this.#draft === undefined || maximum === undefined || this.#path.at(-2) !== 'update') return;
    const before = this.#draft.texts.get(name) ?? '';
    if (before.length < maximum) this.#draft.texts.set(name, (before + text).slice(0, maximum));
  }

  close(name: string): void {
    this.#path.pop();
    if (name === 'update' && this.#draft !== undefined) {
      this.#emit(toNotice(this.#draft));
      this.#draft = undefined;
    }
  }

  #within(draft: Draft, name: string, parent: string | undefined, attributes: ReadonlyMap<string, string>): void {
    const value = (key: string): string => (attributes.get(key) ?? '').trim();
    if ((name === 'issued' || name === 'updated') && parent === 'update') {
      const moment = readNoticeDate(value('date'));
      if (moment !== undefined) draft[name] = moment;
    } else if (name === 'reference') {
      if (draft.references.length >= REFERENCES) throw tooMany(draft, REFERENCES, 'references');
      const [type, id, href] = [value('type'), value('id'), value('href')];
      draft.references.push({ type, id: id.slice(0, WORD), href: href.slice(0, 500) });
    } else if (name === 'package' && parent === 'collection') this.#package(draft, value);
  }

  #package(draft: Draft, value: (key: string) => string): void {
    if (draft.packages.length >= PACKAGES) throw tooMany(draft, PACKAGES, 'packages');
    const [name, arch, epoch] = [value('name'), value('arch'), value('epoch')];
    const version = readPackageVersion(epoch, value('version'), value('release'));
    if (!/^[^\s:/]{1,256}$/.test(name) || version === undefined) {
      const what = JSON.stringify(`${name} ${epoch} ${value('version')} ${value('release')}`.slice(0, WORD));
      this.#emit({ skipped: `${idOf(draft)}: ${what} is no package with a version` });
      return;
    }
    draft.packages.push({
      name,
      version,
      ...(arch !== '' && { arch: arch.slice(0, 40) }),
    });
  }
}

/**
 * The version as rpm orders it; an epoch of 0 is none. Undefined for what is no version, and for 0, before which there
 * is nothing.
 */
function readPackageVersion(epoch: string, version: string, release: string): string | undefined {
  if (!/^[^\s:-]{1,128}$/.test(version) || !/^[^\s:-]{0,128}$/.test(release)) return undefined;
  const text = release === '' ? version : `${version}-${release}`;
  if (['', '0', '(none)', 'None'].includes(epoch)) return /^0+(?:-0*)?$/.test(text) ? undefined : text;
  return /^\d{1,10}$/.test(epoch) ? `${Number(epoch)}:${text}` : undefined;
}

function toNotice(draft: Draft): UpdateinfoItem {
  const id = draft.texts.get('id')?.trim() ?? '';
  if (!/^[\w.:+~-]{1,100}$/.test(id)) return { skipped: `a notice has the id ${JSON.stringify(id.slice(0, 60))}` };
  const title = (draft.texts.get('title') ?? draft.texts.get('summary') ?? '').trim();
  const description = draft.texts.get('description')?.trim() ?? '';
  return {
    id,
    type: draft.type.toLowerCase(),
    severity: severityOfWord(draft.texts.get('severity')),
    references: draft.references,
    packages: draft.packages,
    ...(title !== '' && { title }),
    ...(description !== '' && { description }),
    ...(draft.issued !== undefined && { issued: draft.issued }),
    ...(draft.updated !== undefined && { updated: draft.updated }),
  };
}

function idOf(draft: Draft): string {
  return draft.texts.get('id')?.trim().slice(0, 60) ?? 'a notice';
}

function tooMany(draft: Draft, maximum: number, what: string): LimitError {
  return new LimitError(`${idOf(draft)} has more than ${maximum} ${what}`);
}
