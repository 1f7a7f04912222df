import { describe, expect, it } from 'vitest';
import { makeLayers, makeView, type ViewParts } from '../../test/support/view.ts';
import type { ContentFact } from '../model/fact.ts';
import type { Finding } from '../model/finding.ts';
import type { Problem } from '../model/problem.ts';
import type { Witness } from '../model/witness.ts';
import { contentFindings } from './content-findings.ts';

const yara: Witness = {
  engine: 'yara',
  kind: 'webshell',
  weight: 'strong',
  rule: 'php-eval-request',
  set: 'starter',
  description: 'eval of what a request brings',
  places: [{ offset: 6, line: 1, excerpt: 'eval($_PO' }],
};
const digest: Witness = { engine: 'digest', kind: 'malware', weight: 'certain', rule: 'Known.A', set: 'own' };
const model: Witness = {
  engine: 'model',
  kind: 'webshell',
  weight: 'weak',
  rule: 'webshell-model',
  set: 'drydock',
  score: 0.987,
};

function content(
  check: string,
  path: string,
  witnesses: readonly Witness[],
  more: Partial<ContentFact> = {},
): ContentFact {
  return { kind: 'content', check, path, size: 9, type: 'web', sha256: 'aa', md5: 'bb', witnesses, ...more };
}

type Facts = NonNullable<ViewParts['facts']>;

function told(check: string, facts: Facts, parts: ViewParts = {}) {
  const all = [...contentFindings(makeView({ facts, ...parts }), check)];
  const findings = all.filter((one): one is Finding => 'kind' in one);
  const problems = all.filter((one): one is Problem => 'code' in one);
  return { findings, problems };
}

describe('contentFindings', () => {
  it('gives one verdict from the witnesses of all checks, told by the check that it is about', () => {
    const facts: Facts = [
      { layer: 0, fact: content('malware', 'srv/a.php', [yara]) },
      { layer: 0, fact: content('webshells', 'srv/a.php', [model]) },
    ];
    expect(told('malware', facts).findings).toEqual([]);
    const [finding, ...others] = told('webshells', facts).findings;
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      kind: 'webshell',
      id: 'php-eval-request',
      aliases: [],
      severity: 'high',
      confidence: 'high',
      location: { path: 'srv/a.php', offset: 6, line: 1 },
      layer: { index: 0 },
      evidence:
        'the rule php-eval-request of starter (eval of what a request brings) matches in line 1: eval($_PO; ' +
        'the model webshell-model gives it 98.7 %.',
      source: { name: 'starter' },
      witnesses: [yara, model],
    });
  });

  it('is told by the check that looked, where the other did not', () => {
    const facts: Facts = [{ layer: 0, fact: content('malware', 'srv/a.php', [yara]) }];
    expect(told('malware', facts).findings).toMatchObject([{ kind: 'webshell' }]);
  });

  it('names all places of a file once, those in sight first, and what hides it where all are hidden', () => {
    const image = { layers: makeLayers('ADD base', 'COPY . /srv', 'RUN rm /srv/b') };
    const facts: Facts = [
      { layer: 1, fact: content('malware', 'srv/b.zip!/x', [digest]) },
      { layer: 0, fact: content('malware', 'opt/a', [digest]) },
      { layer: 1, fact: content('malware', 'opt/a', [digest]) },
    ];
    const hiddenBy = (_: number, path: string) => (path === 'opt/a' ? 2 : undefined);
    const { findings } = told('malware', facts, { image, hiddenBy });
    expect(findings).toMatchObject([
      {
        kind: 'malware',
        severity: 'critical',
        confidence: 'certain',
        layer: { index: 1, instruction: 'COPY . /srv' },
        location: { path: 'srv/b.zip!/x' },
        locations: [
          { layer: 1, path: 'srv/b.zip!/x' },
          { layer: 0, path: 'opt/a' },
          { layer: 1, path: 'opt/a' },
        ],
      },
    ]);
    expect(findings[0]?.hiddenBy).toBeUndefined();
    const [hidden] = told('malware', facts.slice(1), { image, hiddenBy }).findings;
    expect(hidden?.hiddenBy).toEqual({ index: 2, instruction: 'RUN rm /srv/b' });
  });

  it('is several findings where there are more places than anybody reads', () => {
    const facts = Array.from({ length: 2500 }, (_, i): Facts[number] => ({
      layer: 0,
      fact: content('malware', `opt/${i}`, [digest]),
    }));
    expect(told('malware', facts).findings.map(({ locations }) => locations?.length)).toEqual([1000, 1000, 500]);
  });

  describe('of a file that a package owns as it was recorded', () => {
    const lists = (md5: string, path = 'srv/a.php'): Facts => [
      {
        layer: 0,
        fact: {
          kind: 'ownership',
          path: 'list',
          owner: 'app',
          type: 'deb',
          files: '/srv/a.php\n',
          md5: `${md5}  ${path}\n`,
        },
      },
    ];
    const bringerOf = (_: number, path: string) => (path === 'srv/a.php' ? 'app' : undefined);
    const fact = (witness: Witness): Facts => [{ layer: 0, fact: content('webshells', 'srv/a.php', [witness]) }];

    it.each([
      ['likely', yara, 'bb', 'low'],
      ['likely, but changed since', yara, 'cc', 'high'],
      ['certain', { ...digest, kind: 'webshell' } as Witness, 'bb', 'critical'],
    ])('%s', (_, witness, md5, severity) => {
      const [finding] = told('webshells', [...lists(md5), ...fact(witness)], { bringerOf }).findings;
      expect([finding?.severity, finding?.suppressed]).toEqual([severity, undefined]);
    });

    it('where its path begins that of another one, or nobody installed the package', () => {
      const ofAnother = told('webshells', [...lists('bb', 'srv/a.php.bak'), ...fact(yara)], { bringerOf }).findings;
      const ofNone = told('webshells', [...lists('bb'), ...fact(yara)]).findings;
      expect([...ofAnother, ...ofNone].map(({ severity }) => severity)).toEqual(['high', 'high']);
    });
  });

  it('shows what a list allows as suppressed', () => {
    const facts: Facts = [{ layer: 0, fact: content('malware', 'a', [{ ...digest, allowedBy: 'own.fp' }]) }];
    expect(told('malware', facts).findings).toMatchObject([{ suppressed: { by: 'allow-list:own.fp' } }]);
  });

  it('names what could not be judged, by reason', () => {
    const unjudged = [{ reason: 'is encrypted', count: 3, first: 'a.zip' }];
    const fact = {
      kind: 'content-coverage',
      path: '',
      check: 'malware',
      judged: 1,
      bytes: 1,
      passed: 0,
      unjudged,
    } as const;
    expect(told('malware', [{ layer: 2, fact }]).problems).toEqual([
      {
        code: 'content.unjudged',
        message: 'a.zip and 2 more files of the layer could not be judged for malware: it is encrypted',
        layer: 2,
        path: 'a.zip',
      },
    ]);
    expect(told('webshells', [{ layer: 2, fact }]).problems).toEqual([]);
  });
});
