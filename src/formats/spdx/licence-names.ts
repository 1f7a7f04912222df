import { sbomText as text } from '../bom/text.ts';
import { asRecord } from '../record.ts';
import { normaliseLicence } from './normalise-licence.ts';

/** Characters of a text that are kept: a title stands at the beginning. */
const TITLE = 500;

/** Characters of an expression with the names in it: what would be longer lists them beside it. */
const LONGEST = 2000;

/** What a document calls licences that are not on the list (SPDX 2.3, clause 10), by `LicenseRef-`. */
export class LicenceNames {
  readonly #names = new Map<string, string>();

  /** Takes one of `hasExtractedLicensingInfos`. */
  add(info: unknown): void {
    const { licenseId, name, extractedText } = asRecord(info) ?? {};
    const id = text(licenseId);
    if (id === undefined) return;
    const told = licenceTitle(name, extractedText, id);
    if (told !== undefined) this.#names.set(id, told);
  }

  /** An expression with what the document calls its parts. */
  explained(expression: string): readonly string[] {
    const alone = this.#names.get(expression.trim());
    if (alone !== undefined) return [alone];
    const missing = new Set<string>();
    let length = expression.length;
    const whole = expression.replace(REFERENCE, (id) => {
      const name = this.#names.get(id);
      if (name === undefined) return id;
      const part = normaliseLicence(name) ?? plain(name);
      length += part.length;
      if (length <= LONGEST) return `(${part})`;
      missing.add(name);
      return id;
    });
    return [whole, ...missing];
  }
}

/**
 * What a licence is called: by its name, or by the beginning of its text where it has none, or where that tells a licence and
 * the name does not.
 * @param id the name that says nothing
 */
export function licenceTitle(name: unknown, words: unknown, id?: string): string | undefined {
  const [title, beginning] = [said(text(name)), said(titleOf(words))];
  const isKnown = title !== undefined && title !== id && normaliseLicence(title) !== undefined;
  if (!isKnown && beginning !== undefined && normaliseLicence(beginning) !== undefined) return beginning;
  return title ?? beginning;
}

/** References to this document: those of others have a prefix. */
const REFERENCE = /(?<![\w.:+-])LicenseRef-[A-Za-z0-9.-]+/g;

/** Words that are no expression stand in one as a part: without what divides its parts. */
function plain(name: string): string {
  return name.replace(/[(),;/|&\s]+/g, ' ').trim();
}

function said(words: string | undefined): string | undefined {
  return words === 'NOASSERTION' || words === 'NONE' ? undefined : words;
}

function titleOf(words: unknown): string | undefined {
  if (typeof words !== 'string') return undefined;
  return text(words.slice(0, TITLE).replace(/\s+/g, ' ').trim());
}
