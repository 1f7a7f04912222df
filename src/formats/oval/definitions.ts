import { LimitError } from '../../errors.ts';
import type { XmlHandler } from '../xml/parser.ts';
import { Elements } from './elements.ts';
import type { OvalCriteria, OvalCve, OvalDefinition, OvalReference, OvalTest } from './model.ts';

/** Leaves, references and CVEs of one definition. */
const LEAVES = 500_000;
const MANY = 20_000;

/** Characters of a description: some quote a whole changelog. */
const DESCRIPTION = 4000;

/** What a definition that is extended counts for: at most so many leaves are repeated. */
export const EXTENSION = 1000;

/** Metadata that has a meaning of its own; everything else is a field. */
const known = new Set(['title', 'description', 'platform', 'reference', 'severity', 'issued', 'updated', 'cve']);

/** Elements that hold others, and so are no field. */
const containers = new Set(['metadata', 'affected', 'advisory', 'oval_repository', 'dates']);

/** What a definition says of its criteria's parts. */
export interface OvalLinks {
  test(reference: string, comment: string): OvalTest | undefined;
  /** The criteria of a definition that another one extends. */
  extended(reference: string): OvalCriteria | undefined;
}

interface Branch {
  readonly kind: 'and' | 'or';
  readonly negate: boolean;
  readonly parts: OvalCriteria[];
}

/** A definition while it is read. */
class Draft {
  readonly id: string;
  readonly class: string;
  title = '';
  description = '';
  severity: string | undefined;
  issued: string | undefined;
  updated: string | undefined;
  readonly platforms: string[] = [];
  readonly references: OvalReference[] = [];
  readonly cves: OvalCve[] = [];
  readonly fields = new Map<string, string>();
  readonly open: Branch[] = [];
  criteria: OvalCriteria | undefined;
  leaves = 0;

  constructor(attributes: ReadonlyMap<string, string>) {
    this.id = attributes.get('id') ?? '';
    this.class = attributes.get('class') ?? '';
  }

  finished(): OvalDefinition {
    const { id, title, description, platforms, references, cves, fields } = this;
    const { severity, issued, updated, criteria } = this;
    return {
      id,
      class: this.class,
      title,
      description,
      platforms,
      references,
      cves,
      fields,
      ...(severity !== undefined && { severity }),
      ...(issued !== undefined && { issued }),
      ...(updated !== undefined && { updated }),
      ...(criteria !== undefined && { criteria }),
    };
  }
}

/** Reads the definitions of a document, one after the other. */
export class OvalDefinitions implements XmlHandler {
  readonly #elements = new Elements();
  readonly #emit: (definition: OvalDefinition) => void;
  readonly #links: OvalLinks;
  #draft: Draft | undefined;
  #attributes: ReadonlyMap<string, string> = new Map();

  constructor(links: OvalLinks, emit: (definition: OvalDefinition) => void) {
    this.#links = links;
    this.#emit = emit;
  }

  open(name: string, attributes: ReadonlyMap<string, string>): void {
    const path = this.#elements;
    path.open(name);
    if (path.section !== 'definitions') return;
    if (path.depth === 3 && name === 'definition') this.#draft = new Draft(attributes);
    const draft = this.#draft;
    if (draft === undefined || path.depth < 4) return;
    if (name === 'criteria') draft.open.push(branchOf(attributes));
    else if (name === 'criterion' || name === 'extend_definition') this.#leaf(draft, name, attributes);
    else this.#attributes = attributes;
  }

  text(text: string): void {
    if (this.#draft !== undefined) this.#elements.text(text);
  }

  close(name: string): void {
    const draft = this.#draft;
    if (draft !== undefined) {
      if (name === 'criteria') {
        const closed = draft.open.pop();
        if (closed !== undefined) add(draft, closed);
      } else if (this.#elements.depth === 3) {
        this.#draft = undefined;
        this.#emit(draft.finished());
      } else if (this.#elements.depth > 4 && !containers.has(name)) this.#metadata(draft, name);
    }
    this.#elements.close();
  }

  #leaf(draft: Draft, name: string, attributes: ReadonlyMap<string, string>): void {
    if (++draft.leaves > LEAVES) throw new LimitError(`${draft.id} has more than ${LEAVES} criteria`);
    const comment = attributes.get('comment') ?? '';
    const negate = attributes.get('negate') === 'true';
    if (name === 'extend_definition') {
      const criteria = this.#links.extended(attributes.get('definition_ref') ?? '');
      if (criteria !== undefined) {
        draft.leaves += EXTENSION;
        add(draft, negate ? { kind: 'and', negate, parts: [criteria] } : criteria);
        return;
      }
    }
    const test = name === 'criterion' ? this.#links.test(attributes.get('test_ref') ?? '', comment) : undefined;
    const isNegative = test?.check === 'none satisfy' || test?.existence === 'none_exist';
    add(draft, { kind: 'test', negate: negate !== isNegative, comment, ...(test !== undefined && { test }) });
  }

  #metadata(draft: Draft, name: string): void {
    const text = this.#elements.taken();
    const attributes = this.#attributes;
    if (!known.has(name)) {
      if (text !== '' && draft.fields.size < 100) draft.fields.set(name, text);
    } else if (name === 'title') draft.title = text;
    else if (name === 'description') draft.description = text.slice(0, DESCRIPTION);
    else if (name === 'severity') draft.severity = text;
    else if (name === 'issued') draft.issued = attributes.get('date') ?? text;
    else if (name === 'updated') draft.updated = attributes.get('date') ?? text;
    else if (name === 'platform' && draft.platforms.length < MANY) draft.platforms.push(text);
    else if (name === 'reference' && draft.references.length < MANY) {
      const url = attributes.get('ref_url');
      draft.references.push({
        source: attributes.get('source') ?? '',
        id: attributes.get('ref_id') ?? '',
        ...(url !== undefined && { url }),
      });
    } else if (name === 'cve' && draft.cves.length < MANY) draft.cves.push(cveOf(text, attributes));
    this.#attributes = new Map();
  }
}

function add(draft: Draft, part: OvalCriteria): void {
  const parent = draft.open.at(-1);
  if (parent !== undefined) parent.parts.push(part);
  else draft.criteria ??= part;
}

function branchOf(attributes: ReadonlyMap<string, string>): Branch {
  const operator = (attributes.get('operator') ?? 'AND').toUpperCase();
  const kind = operator === 'OR' ? 'or' : 'and';
  // ONE and XOR are of no use for packages: what they would ask is left out by whoever reads a negated branch.
  const strange = operator !== 'OR' && operator !== 'AND';
  return { kind, negate: strange || attributes.get('negate') === 'true', parts: [] };
}

function cveOf(id: string, attributes: ReadonlyMap<string, string>): OvalCve {
  const url = attributes.get('href');
  const impact = attributes.get('impact');
  const cvss = ['cvss4', 'cvss3', 'cvss2'].flatMap((key) => attributes.get(key) ?? []);
  return { id, cvss, ...(url !== undefined && { url }), ...(impact !== undefined && { impact }) };
}
