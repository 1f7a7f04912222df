/** What of the JSON form of vuls-data-update is text or a list of elements. */
type Json = Readonly<Record<string, unknown>>;

/**
 * The OVAL document that was split into JSON files: `definitions/ID.json`, `tests/rpminfo_test/ID.json`, and objects and
 * states likewise. Elements, attributes and references are those of the files; nothing is added.
 */
export function ovalXml(files: ReadonlyMap<string, Buffer>, folder: string): string {
  const sections = new Map<string, string[]>([
    ['definitions', []],
    ['tests', []],
    ['objects', []],
    ['states', []],
  ]);
  for (const [path, content] of files) {
    if (!path.startsWith(`${folder}/`) || !path.endsWith('.json')) continue;
    const parts = path.slice(folder.length + 1).split('/');
    const section = sections.get(parts[0] ?? '');
    const json = JSON.parse(content.toString()) as Json;
    section?.push(parts[0] === 'definitions' ? definition(json) : element(parts[1] ?? '', json));
  }
  const body = [...sections].map(([name, elements]) => `<${name}>${elements.join('\n')}</${name}>`);
  return `<oval_definitions>${body.join('\n')}</oval_definitions>`;
}

function definition(json: Json): string {
  const metadata = json['metadata'] as Json;
  const { affected, reference, advisory, ...plain } = metadata;
  const platforms = list((affected as Json | undefined)?.['platform']).map(
    (one) => `<platform>${escaped(one)}</platform>`,
  );
  const inner = [
    ...Object.entries(plain).map(([key, value]) => `<${key}>${escaped(value)}</${key}>`),
    `<affected>${platforms.join('')}</affected>`,
    ...list(reference).map((one) => element('reference', one as Json)),
    advisory === undefined ? '' : advisoryElement(advisory as Json),
  ];
  const attributes = `id="${escaped(json['id'])}" class="${escaped(json['class'])}"`;
  return `<definition ${attributes}><metadata>${inner.join('')}</metadata>${criteria(json['criteria'] as Json | undefined)}</definition>`;
}

function advisoryElement(json: Json): string {
  const { severity, issued, updated, cve } = json;
  return [
    '<advisory>',
    severity === undefined ? '' : `<severity>${escaped(severity)}</severity>`,
    issued === undefined ? '' : element('issued', issued as Json),
    updated === undefined ? '' : element('updated', updated as Json),
    ...list(cve).map((one) => element('cve', one as Json)),
    '</advisory>',
  ].join('');
}

function criteria(json: Json | undefined): string {
  if (json === undefined) return '';
  const leaves = list(json['criterions']).map((one) => element('criterion', one as Json));
  const branches = list(json['criterias']).map((one) => criteria(one as Json));
  const operator = json['operator'] === undefined ? '' : ` operator="${escaped(json['operator'])}"`;
  return `<criteria${operator}>${leaves.join('')}${branches.join('')}</criteria>`;
}

/** Objects are elements, those without anything elements that were not there; `text` is their text; other values are attributes, but for the name of an rpm object. */
function element(name: string, json: Json): string {
  const attributes: string[] = [];
  const inner: string[] = [];
  for (const [key, value] of Object.entries(json)) {
    if (key === 'text') inner.push(escaped(value));
    else if (key === 'name') inner.push(`<name>${escaped(value)}</name>`);
    else if (Array.isArray(value)) inner.push(...value.map((one) => element(key, one as Json)));
    else if (typeof value === 'object' && Object.keys(value ?? {}).length === 0) continue;
    else if (typeof value === 'object') inner.push(element(key, value as Json));
    else if (key !== 'xmlns') attributes.push(` ${key}="${escaped(value)}"`);
  }
  return `<${name}${attributes.join('')}>${inner.join('')}</${name}>`;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

function escaped(value: unknown): string {
  return String(value).replace(/[<>&"]/g, (character) => `&#${character.codePointAt(0)};`);
}
