/** A statement of a VEX document: `product` and `component` by their CPE and package URL. */
export interface TestStatement {
  readonly status: 'fixed' | 'known_affected' | 'known_not_affected' | 'under_investigation';
  /** Without `cpe:/`: `o:redhat:enterprise_linux:9`. */
  readonly product: string;
  /** Without `pkg:rpm/redhat/`: `bash@5.1.8-9.el9?arch=x86_64`. */
  readonly component: string;
  readonly impact?: string;
  /** What stands in place of a fix: `Will not fix`. */
  readonly remedy?: string;
  readonly erratum?: string;
}

/** A VEX document as Red Hat writes it, with what statements need. */
export function vexDocument(
  cve: string,
  statements: readonly TestStatement[],
  more: { readonly severity?: string; readonly title?: string; readonly vector?: string } = {},
): object {
  const idOf = ({ product, component }: TestStatement): string => `${product}:${component}`;
  const branch = (category: string, id: string, helper: object): object => ({
    category,
    name: id,
    product: { name: id, product_id: id, product_identification_helper: helper },
  });
  const remark = (category: string, details: string, statement: TestStatement, url?: string): object => ({
    category,
    details,
    product_ids: [idOf(statement)],
    ...(url !== undefined && { url }),
  });
  const status = Object.groupBy(statements, (statement) => statement.status);
  return {
    document: {
      category: 'csaf_vex',
      csaf_version: '2.0',
      title: more.title ?? `flaw of ${cve}`,
      publisher: { category: 'vendor', name: 'Red Hat Product Security', namespace: 'https://www.redhat.com' },
      tracking: {
        id: cve,
        status: 'final',
        version: '1',
        initial_release_date: '2024-01-01T00:00:00+00:00',
        current_release_date: '2024-02-01T00:00:00+00:00',
      },
      aggregate_severity: { text: more.severity ?? 'Moderate' },
    },
    product_tree: {
      branches: [
        {
          category: 'vendor',
          name: 'Red Hat',
          branches: [
            ...[...new Set(statements.map(({ product }) => product))].map((product) =>
              branch('product_name', product, { cpe: `cpe:/${product}` }),
            ),
            ...[...new Set(statements.map(({ component }) => component))].map((component) =>
              branch('product_version', component, { purl: `pkg:rpm/redhat/${component}` }),
            ),
          ],
        },
      ],
      relationships: statements.map((statement) => ({
        category: 'default_component_of',
        full_product_name: { name: idOf(statement), product_id: idOf(statement) },
        product_reference: statement.component,
        relates_to_product_reference: statement.product,
      })),
    },
    vulnerabilities: [
      {
        cve,
        notes: [{ category: 'description', text: `What ${cve} is.` }],
        product_status: Object.fromEntries(Object.entries(status).map(([name, list]) => [name, list.map(idOf)])),
        remediations: statements.flatMap((statement) => [
          ...(statement.remedy === undefined ? [] : [remark('no_fix_planned', statement.remedy, statement)]),
          ...(statement.erratum === undefined
            ? []
            : [remark('vendor_fix', 'Update.', statement, `https://access.redhat.com/errata/${statement.erratum}`)]),
        ]),
        threats: statements.flatMap((statement) =>
          statement.impact === undefined ? [] : [remark('impact', statement.impact, statement)],
        ),
        scores:
          more.vector === undefined ? [] : [{ cvss_v3: { vectorString: more.vector }, products: statements.map(idOf) }],
      },
    ],
  };
}
