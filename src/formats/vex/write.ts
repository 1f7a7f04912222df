import { isCveId } from '../cve-id.ts';
import { jsonText } from '../json-text.ts';
import type { VexJustification } from './document.ts';
import type { WrittenStatement, WrittenVex } from './written.ts';

export const vexForms = ['openvex', 'csaf', 'cyclonedx'] as const;
export type VexForm = (typeof vexForms)[number];

/** A document as text, two blanks of indentation, a line feed at the end. */
export function writeVex(vex: WrittenVex, form: VexForm, tool: { readonly version: string }): string {
  const document = form === 'openvex' ? openVex(vex) : form === 'csaf' ? csaf(vex, tool) : cycloneDx(vex, tool);
  return jsonText(document);
}

/** OpenVEX 0.2.0. */
function openVex({ id, author, timestamp, product, statements }: WrittenVex): object {
  return {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': `https://openvex.dev/docs/public/vex-${id}`,
    author,
    timestamp,
    version: 1,
    statements: statements.map(({ vulnerability, aliases, status, justification, text, parts }) => ({
      vulnerability: { name: vulnerability, ...(aliases.length > 0 && { aliases }) },
      products: [{ '@id': product, subcomponents: parts.map((part) => ({ '@id': part })) }],
      status,
      ...(justification !== undefined && { justification }),
      ...(status === 'affected' ? { action_statement: text } : { impact_statement: text }),
    })),
  };
}

/** CSAF 2.0, profile VEX (section 4.5): the product, its parts, and a relationship that joins each of them. */
function csaf(vex: WrittenVex, tool: { readonly version: string }): object {
  const { id, author, timestamp, product, reference, statements } = vex;
  const parts = [...new Set(statements.flatMap((statement) => statement.parts))].sort();
  const idOf = new Map(parts.map((part, index) => [part, `part-${index + 1}`]));
  const groups = Map.groupBy(statements, ({ vulnerability }) => vulnerability);
  const joined = (part: string): string => `image:${idOf.get(part)!}`;
  return {
    document: {
      category: 'csaf_vex',
      csaf_version: '2.0',
      lang: 'en',
      title: `Vulnerabilities of ${reference}`,
      publisher: { category: 'user', name: author, namespace: vex.authorUrl ?? '' },
      notes: [{ category: 'general', text: 'What its policy says of the vulnerabilities of the image.' }],
      tracking: {
        id: `VEX-${id.slice(0, 16)}`,
        status: 'final',
        version: '1',
        initial_release_date: timestamp,
        current_release_date: timestamp,
        generator: { date: timestamp, engine: { name: 'drydock', version: tool.version } },
        revision_history: [{ number: '1', date: timestamp, summary: 'The first version.' }],
      },
    },
    product_tree: {
      full_product_names: [
        { product_id: 'image', name: reference, product_identification_helper: { purl: product } },
        ...parts.map((part) => ({
          product_id: idOf.get(part)!,
          name: part,
          product_identification_helper: { purl: part },
        })),
      ],
      ...(parts.length > 0 && {
        relationships: parts.map((part) => ({
          category: 'default_component_of',
          product_reference: idOf.get(part)!,
          relates_to_product_reference: 'image',
          full_product_name: { product_id: joined(part), name: `${part} of ${reference}` },
        })),
      }),
    },
    ...(groups.size > 0 && {
      vulnerabilities: [...groups].map(([vulnerability, group]) => csafVulnerability(vulnerability, group, joined)),
    }),
  };
}

function csafVulnerability(
  vulnerability: string,
  group: readonly WrittenStatement[],
  joined: (part: string) => string,
): object {
  const of = (status: WrittenStatement['status']): readonly WrittenStatement[] =>
    group.filter((statement) => statement.status === status);
  const [notAffected, affected] = [of('not_affected'), of('affected')];
  const ids = (statements: readonly WrittenStatement[]): string[] => [
    ...new Set(statements.flatMap(({ parts }) => parts.map(joined))),
  ];
  const others = [...new Set(group.flatMap(({ aliases }) => aliases))];
  const named = isCveId(vulnerability) ? others : [vulnerability, ...others];
  return {
    ...(isCveId(vulnerability) && { cve: vulnerability }),
    ...(named.length > 0 && { ids: named.map((text) => ({ system_name: systemOf(text), text })) }),
    notes: [{ category: 'description', text: vulnerability }],
    product_status: {
      ...(notAffected.length > 0 && { known_not_affected: ids(notAffected) }),
      ...(affected.length > 0 && { known_affected: ids(affected) }),
    },
    ...(notAffected.length > 0 && {
      flags: notAffected.map((one) => ({ label: one.justification, product_ids: one.parts.map(joined) })),
      threats: notAffected.map((one) => ({
        category: 'impact',
        details: one.text,
        product_ids: one.parts.map(joined),
      })),
    }),
    // "For each product in known_affected an action statement" (section 4.5).
    ...(affected.length > 0 && {
      remediations: affected.map((one) => ({
        category: 'none_available',
        details: one.text,
        product_ids: one.parts.map(joined),
      })),
    }),
  };
}

function systemOf(id: string): string {
  if (id.startsWith('CVE-')) return 'CVE';
  return id.startsWith('GHSA-') ? 'GitHub Security Advisory' : 'Publisher';
}

/** Justifications of CycloneDX 1.6 for those of OpenVEX. */
const justifications: Readonly<Record<VexJustification, string>> = {
  component_not_present: 'code_not_present',
  vulnerable_code_not_present: 'code_not_present',
  vulnerable_code_not_in_execute_path: 'code_not_reachable',
  vulnerable_code_cannot_be_controlled_by_adversary: 'protected_by_mitigating_control',
  inline_mitigations_already_exist: 'protected_by_mitigating_control',
};

/** CycloneDX 1.6. */
function cycloneDx(
  { id, author, timestamp, product, reference, statements }: WrittenVex,
  tool: { readonly version: string },
): object {
  const parts = [...new Set(statements.flatMap((statement) => statement.parts))].sort();
  const uuid = `${id.slice(0, 8)}-${id.slice(8, 12)}-4${id.slice(13, 16)}-8${id.slice(17, 20)}-${id.slice(20, 32)}`;
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuid}`,
    version: 1,
    metadata: {
      timestamp,
      tools: { components: [{ type: 'application', name: 'drydock', version: tool.version }] },
      authors: [{ name: author }],
      component: { type: 'container', 'bom-ref': product, name: reference, purl: product },
    },
    components: parts.map((part) => ({ type: 'library', 'bom-ref': part, name: nameOf(part), purl: part })),
    vulnerabilities: statements.map(({ vulnerability, aliases, status, justification, text, parts: own }, index) => ({
      'bom-ref': `vulnerability-${index + 1}`,
      id: vulnerability,
      ...(aliases.length > 0 && {
        references: aliases.map((alias) => ({ id: alias, source: { name: systemOf(alias) } })),
      }),
      analysis: {
        state: status === 'affected' ? 'exploitable' : 'not_affected',
        ...(justification !== undefined && { justification: justifications[justification] }),
        ...(status === 'affected' && { response: ['will_not_fix'] }),
        detail: text,
      },
      affects: own.map((part) => ({ ref: part })),
    })),
  };
}

function nameOf(purl: string): string {
  const path = purl.split(/[?#]/, 1)[0]!;
  const at = path.lastIndexOf('@');
  const name = path.slice(path.lastIndexOf('/', at < 0 ? undefined : at) + 1, at < 0 ? undefined : at);
  return name === '' ? purl : name;
}
