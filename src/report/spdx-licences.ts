import { createHash } from 'node:crypto';
import { isLicenceExpression, licenceReferences } from '../formats/spdx/licence-expression.ts';
import { normaliseLicence } from '../formats/spdx/normalise-licence.ts';
import { compareText } from '../model/order.ts';

/** A licence that is not on the list, as a document explains it. */
interface ExtractedLicence {
  readonly licenseId: string;
  readonly extractedText: string;
  readonly name?: string;
}

/** Licences of a document: expressions for packages, and what the document has to explain for them. */
export class SpdxLicences {
  readonly #extracted = new Map<string, ExtractedLicence>();

  /** One expression for the licences of a package, which all hold; NOASSERTION where it has none. */
  declared(licences: readonly string[]): string {
    const stated = licences.filter((licence) => licence.trim() !== '').map((one) => this.#expression(one));
    const all = [...new Set(stated)];
    if (all.length === 0) return 'NOASSERTION';
    return all.length === 1 ? all[0]! : all.map((one) => (one.includes(' ') ? `(${one})` : one)).join(' AND ');
  }

  extracted(): readonly ExtractedLicence[] {
    return [...this.#extracted.values()].sort((a, b) => compareText(a.licenseId, b.licenseId));
  }

  #expression(licence: string): string {
    const normal = normaliseLicence(licence) ?? licence;
    // Other documents, which this one would have to name.
    if (isLicenceExpression(normal) && !normal.includes('DocumentRef-')) {
      for (const id of licenceReferences(normal)) {
        // The text is not known, only that somebody called it so.
        if (!this.#extracted.has(id)) this.#extracted.set(id, { licenseId: id, extractedText: 'NOASSERTION' });
      }
      return normal.trim();
    }
    const word = licence
      .replace(/[^A-Za-z0-9.]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60);
    const hash = createHash('sha256').update(licence).digest('hex').slice(0, 8);
    const licenseId = `LicenseRef-${word === '' ? '' : `${word}-`}${hash}`;
    this.#extracted.set(licenseId, { licenseId, extractedText: licence, name: licence });
    return licenseId;
  }
}
