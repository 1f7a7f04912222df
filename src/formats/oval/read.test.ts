import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasShared, readShared } from '../../../test/support/shared.ts';
import { FormatError } from '../../errors.ts';
import { decompressedPieces } from '../compression/pieces.ts';
import type { OvalCriteria, OvalDefinition } from './model.ts';
import { readOval } from './read.ts';

async function read(document: string | Uint8Array): Promise<OvalDefinition[]> {
  const definitions: OvalDefinition[] = [];
  for await (const definition of readOval(() => decompressedPieces(Buffer.from(document))))
    definitions.push(definition);
  return definitions;
}

/** Criteria as a line: `(a & (b | !c))`; a leaf is what its test asks for, `?` without a test. */
function told(criteria: OvalCriteria | undefined): string {
  if (criteria === undefined) return '-';
  const not = criteria.negate ? '!' : '';
  if (criteria.kind === 'test') {
    const { test } = criteria;
    const asked = test?.conditions.map(({ operation, value }) => `${operation} ${value}`).join(', ');
    return `${not}${test === undefined ? '?' : `${test.name ?? test.kind} ${asked}`}`;
  }
  return `${not}(${criteria.parts.map(told).join(criteria.kind === 'and' ? ' & ' : ' | ')})`;
}

const parts = (tests: string, objects = '', states = ''): string =>
  `<tests>${tests}</tests><objects>${objects}</objects><states>${states}</states>`;

const hull = parts(
  '<rpminfo_test id="oval:a:tst:1" comment="c"><object object_ref="oval:a:obj:1"/><state state_ref="oval:a:ste:1"/></rpminfo_test>',
  '<rpminfo_object id="oval:a:obj:1"><name>hull</name></rpminfo_object>',
  '<rpminfo_state id="oval:a:ste:1"><evr operation="less than">0:1-2</evr></rpminfo_state>',
);

const definition = (criteria: string, id = 'oval:a:def:1', metadata = ''): string =>
  `<definition class="patch" id="${id}"><metadata>${metadata}</metadata>${criteria}</definition>`;

const oval = (definitions: string, rest = hull): string =>
  `<o:oval_definitions xmlns:o="x"><definitions>${definitions}</definitions>${rest}</o:oval_definitions>`;

const leaf = '<criterion test_ref="oval:a:tst:1" comment="hull is old"/>';

describe('readOval', () => {
  it('reads metadata, and joins criteria, tests, objects and states', async () => {
    const metadata = `<title> T </title><affected family="unix"><platform>P 1</platform><platform>P 2</platform></affected>
      <reference source="CVE" ref_id="CVE-2024-1000" ref_url="https://x"/><description>a &amp; b</description>
      <patchable>true</patchable><advisory from="y"><severity>High</severity><issued date="2024-01-02"/><updated date="2024-02-03"/>
      <cve impact="low" cvss3="1/CVSS:3.1/x" cvss4="2/CVSS:4.0/y" href="https://z">CVE-2024-1000</cve></advisory>`;

    expect(await read(oval(definition(`<criteria>${leaf}</criteria>`, 'oval:a:def:7', metadata)))).toEqual([
      {
        id: 'oval:a:def:7',
        class: 'patch',
        title: 'T',
        description: 'a & b',
        platforms: ['P 1', 'P 2'],
        references: [{ source: 'CVE', id: 'CVE-2024-1000', url: 'https://x' }],
        severity: 'High',
        issued: '2024-01-02',
        updated: '2024-02-03',
        cves: [{ id: 'CVE-2024-1000', cvss: ['2/CVSS:4.0/y', '1/CVSS:3.1/x'], url: 'https://z', impact: 'low' }],
        fields: new Map([['patchable', 'true']]),
        criteria: {
          kind: 'and',
          negate: false,
          parts: [
            {
              kind: 'test',
              negate: false,
              comment: 'hull is old',
              test: {
                kind: 'rpminfo_test',
                comment: 'hull is old',
                check: 'at least one',
                existence: 'at_least_one_exists',
                anyState: false,
                name: 'hull',
                conditions: [{ property: 'evr', operation: 'less than', value: '0:1-2' }],
              },
            },
          ],
        },
      },
    ]);
  });

  it.each([
    ['a tree', `<criteria>${leaf}<criteria operator="OR">${leaf}${leaf}</criteria></criteria>`, '(H & (H | H))'],
    ['negations', `<criteria negate="true"><criterion negate="true" test_ref="oval:a:tst:1"/></criteria>`, '!(!H)'],
    [
      'an operator that is no AND or OR as something that is not to be read',
      `<criteria operator="XOR">${leaf}</criteria>`,
      '!(H)',
    ],
    ['a test that is not there', '<criteria><criterion test_ref="oval:a:tst:9"/></criteria>', '(?)'],
    ['criteria of one leaf', leaf, 'H'],
    ['no criteria', '', '-'],
  ])('keeps %s', async (_, criteria, expected) => {
    const [first] = await read(oval(definition(criteria)));

    expect(told(first?.criteria).replaceAll('hull less than 0:1-2', 'H')).toBe(expected);
  });

  it.each([
    ['a state that is not there', hull.replace('oval:a:ste:1"><evr', 'oval:a:ste:2"><evr'), '?'],
    [
      'an object that is not there',
      hull.replace('<name>hull', '<name>').replace('id="oval:a:obj:1"', 'id="oval:a:obj:2"'),
      '?',
    ],
    ['an id with a leading zero, which is another one', hull.replace('id="oval:a:tst:1"', 'id="oval:a:tst:01"'), '?'],
    ['another publisher', hull.replace('id="oval:a:tst:1"', 'id="oval:b:tst:1"'), '?'],
    ['none satisfy', hull.replace('comment="c"', 'check="none satisfy"'), '!hull less than 0:1-2'],
    ['none exist', hull.replace('comment="c"', 'check_existence="none_exist"'), '!hull less than 0:1-2'],
    [
      'several states and conditions',
      hull
        .replace('</rpminfo_test>', '<state state_ref="oval:a:ste:x"/></rpminfo_test>')
        .replace(
          '</states>',
          '<rpminfo_state id="oval:a:ste:x"><arch>y</arch><version>3</version></rpminfo_state></states>',
        ),
      'hull less than 0:1-2, equals y, equals 3',
    ],
  ])('joins a test with %s', async (_, rest, expected) => {
    const [first] = await read(oval(definition(leaf), rest));

    expect(told(first?.criteria)).toBe(expected);
  });

  it('puts definitions that are extended in their place, in any order and over several steps', async () => {
    const extend = (id: number): string =>
      `<criteria><extend_definition definition_ref="oval:a:def:${id}"/></criteria>`;
    const definitions = [
      definition(extend(2), 'oval:a:def:1'),
      definition(extend(3), 'oval:a:def:2'),
      definition(leaf, 'oval:a:def:3'),
    ];

    const found = await read(oval(definitions.join('')));

    expect(found.map(({ criteria }) => told(criteria))).toEqual([
      '((hull less than 0:1-2))',
      '(hull less than 0:1-2)',
      'hull less than 0:1-2',
    ]);
  });

  it('ends where definitions extend each other in a circle, or what is not there', async () => {
    const extend = (id: number): string => `<extend_definition definition_ref="oval:a:def:${id}"/>`;
    const definitions = [
      definition(extend(2), 'oval:a:def:1'),
      definition(extend(1), 'oval:a:def:2'),
      definition(extend(4), 'oval:a:def:3'),
    ];

    expect((await read(oval(definitions.join('')))).map(({ criteria }) => told(criteria))).toEqual(['?', '?', '?']);
  });

  it('does not grow without bounds where each definition extends the one before many times', async () => {
    const steps = Array.from({ length: 12 }, (_, index) =>
      definition(
        `<criteria>${index === 0 ? leaf : `<extend_definition definition_ref="oval:a:def:${index - 1}"/>`.repeat(40)}</criteria>`,
        `oval:a:def:${index}`,
      ),
    );

    const found = await read(oval(steps.join('')));

    expect(found).toHaveLength(12);
    expect(Math.max(...found.map(({ criteria }) => told(criteria).length))).toBeLessThan(2_000_000);
  });

  it.each([
    ['another document', '<html></html>'],
    ['no list of definitions', '<oval_definitions><tests/></oval_definitions>'],
    ['a cut document', oval(definition(leaf)).slice(0, -20)],
    ['nothing', ''],
    ['text', 'invalid'],
  ])('refuses %s', async (_, document) => {
    await expect(read(document)).rejects.toThrow(FormatError);
  });

  it('reads or refuses a document that is damaged anywhere', async () => {
    const document = oval(
      definition(`<criteria operator="OR">${leaf}${leaf}</criteria>`) + definition(leaf, 'oval:a:def:2'),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(document.length - 1), fc.constantFrom('<', '>', '"', '/', 'x', ''), async (at, what) => {
        const damaged = document.slice(0, at) + what + document.slice(at + 1);
        await read(damaged).catch((error: unknown) => expect(error).toBeInstanceOf(FormatError));
      }),
      { numRuns: 400 },
    );
  });

  it.skipIf(!hasShared).each([
    ['azurelinux-3.0', 1222],
    ['cbl-mariner-1.0', 2252],
    ['cbl-mariner-2.0', 2379],
  ])('reads the definitions of the real %s, all joined', async (name, count) => {
    const found = await read(gzipSync(readShared(`feeds/azurelinux-oval/${name}-oval.xml.zst`), { level: 1 }));

    expect(found).toHaveLength(count);
    expect(found.filter(({ criteria }) => told(criteria).includes('?'))).toEqual([]);
  });
});
