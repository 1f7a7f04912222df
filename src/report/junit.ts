import { type XmlElement, xml, xmlText } from '../formats/xml/write.ts';
import type { Finding } from '../model/finding.ts';
import { isIncomplete } from '../model/problem.ts';
import type { Report } from '../model/report.ts';
import { escapeText } from './escape.ts';
import type { Format } from './format.ts';
import { subjectOf } from './shown-findings.ts';
import { countWords } from './words.ts';

/**
 * JUnit XML as Jenkins and its relatives read it: a suite for each image, a failed test for each finding, a skipped one for
 * what is accepted, with the reason. One test more stands for the reading: it is skipped where something was not read, since
 * nothing else there says that the list may be short.
 */
export const junit: Format = {
  id: 'junit',
  title: 'JUnit XML: findings as failed tests, for CI servers',
  steady: true,
  render: (reports) => {
    const suites = reports.map(suiteOf);
    const sum = (name: string): number =>
      suites.reduce((total, { attributes }) => total + Number(attributes?.[name] ?? 0), 0);
    const counts = { tests: sum('tests'), failures: sum('failures'), errors: 0 };
    return xmlText(xml('testsuites', { name: 'drydock', ...counts }, suites));
  },
};

function suiteOf(report: Report): XmlElement {
  const { image, findings, createdAt, tool } = report;
  const { reference, digest, distribution } = image;
  const cases = [readingOf(report), ...findings.map(caseOf)];
  const of = (name: string): number =>
    cases.filter(({ children = [] }) => typeof children !== 'string' && children.some((child) => child?.name === name))
      .length;
  const properties = [
    ['image.digest', digest],
    ['image.platform', image.platform],
    ['image.distribution', distribution?.name],
    ['tool', `${tool.name} ${tool.version}`],
  ].flatMap(([name, value]) => (value === undefined ? [] : [xml('property', { name, value: plain(value) })]));
  const attributes = {
    name: plain(reference) || 'image',
    tests: cases.length,
    failures: of('failure'),
    errors: 0,
    skipped: of('skipped'),
    timestamp: createdAt.slice(0, 19),
  };
  return xml('testsuite', attributes, [xml('properties', {}, properties), ...cases]);
}

/** Problems that one test tells one by one. */
const TOLD = 100;

function readingOf({ problems }: Report): XmlElement {
  const missing = problems.filter(isIncomplete);
  const attributes = { classname: 'image', name: 'everything was read and judged' };
  if (missing.length === 0) return xml('testcase', attributes);
  const message = `${countWords(missing.length, 'thing')} could not be read or judged`;
  const lines = missing
    .slice(0, TOLD)
    .map(({ code, message: words, layer, path }) =>
      plain(
        [code, words, layer === undefined ? '' : `layer ${layer}`, path ?? ''].filter((one) => one !== '').join(' '),
      ),
    );
  return xml('testcase', attributes, [
    xml('skipped', { message }),
    xml('system-out', {}, withoutMarks(lines.join('\n'))),
  ]);
}

/**
 * Readers take `[[ATTACHMENT|/etc/passwd]]` in what a test printed for a file that they are to publish (the JUnit Attachments
 * plugin of Jenkins, GitLab), and `[[PROPERTY|...]]` for what is known of the test.
 */
function withoutMarks(text: string): string {
  return text.replace(/\[(?=\[)/g, '[ ');
}

function caseOf(finding: Finding): XmlElement {
  const { kind, id, severity, title, suppressed } = finding;
  const subject = subjectOf(finding);
  const name = plain(subject === '' ? id : `${id} ${subject}`);
  const outcome =
    suppressed === undefined
      ? xml('failure', { type: severity, message: plain(`${severity}: ${title}`) }, detailsOf(finding))
      : xml('skipped', { message: plain(`${suppressed.by}: ${suppressed.reason}`) });
  return xml('testcase', { classname: kind, name }, [outcome]);
}

function detailsOf({ evidence, layer, location, package: pkg, fixedVersion, remediation, source }: Finding): string {
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['', evidence],
    ['package', pkg?.purl],
    ['fixed in', fixedVersion],
    ['path', location?.path],
    ['layer', layer === undefined ? undefined : `${layer.index} ${layer.instruction ?? ''}`.trim()],
    ['remedy', remediation],
    ['source', [source.name, source.url ?? ''].join(' ').trim()],
  ];
  return lines
    .flatMap(([name, value]) => (value === undefined ? [] : [plain(name === '' ? value : `${name}: ${value}`)]))
    .join('\n');
}

/** CI servers print this to logs that terminals show. */
function plain(text: string): string {
  return escapeText(text);
}
