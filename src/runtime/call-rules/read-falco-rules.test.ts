import { describe, expect, it } from 'vitest';
import type { RuleComplaint } from './call-rule.ts';
import { type ReadRules, readFalcoRules } from './read-falco-rules.ts';

async function read(...texts: string[]): Promise<ReadRules & { complaints: readonly RuleComplaint[] }> {
  const complaints: RuleComplaint[] = [];
  const files = texts.map((text, index) => ({ file: `${index}.yaml`, text }));
  return { ...(await readFalcoRules(files, (complaint) => complaints.push(complaint))), complaints };
}

const rule = (more = '', condition = 'evt.type=open'): string =>
  `- rule: Opens\n  desc: About opening.\n  condition: ${condition}\n  output: opened\n  priority: WARNING\n${more}`;

describe('readFalcoRules', () => {
  it('reads rules, macros and lists', async () => {
    const { rules, macros, lists, complaints } = await read(`
- required_engine_version: 0.57.0
- required_plugin_versions:
    - name: container
      version: 0.4.0
- list: shells
  items: [sh, bash]
- macro: opens
  condition: evt.type in (open, openat)
${rule('  tags: [a, b]\n')}`);

    expect(complaints).toEqual([]);
    expect(lists.get('shells')).toEqual(['sh', 'bash']);
    expect(macros.get('opens')).toMatchObject({ kind: 'compare', operator: 'in' });
    expect(rules).toMatchObject([
      {
        source: 'syscall',
        rule: {
          id: 'Opens',
          title: 'Opens',
          description: 'About opening.',
          severity: 'medium',
          tags: ['a', 'b'],
          enabled: true,
          file: '0.yaml',
          line: 10,
        },
      },
    ]);
  });

  it('reads closing brackets that YAML does not allow, and keeps the lines', async () => {
    const { lists, complaints } = await read(
      '- list: a\n  items: [\n    b,\n    c\n  ]\n- list: d\n  items: [\n  ]\n- macro: x\n',
    );
    expect(lists.get('a')).toEqual(['b', 'c']);
    expect(lists.get('d')).toEqual([]);
    expect(complaints).toEqual([{ file: '0.yaml', line: 9, message: 'the macro x has no condition' }]);
  });

  it.each([
    ['EMERGENCY', 'critical'],
    ['ALERT', 'critical'],
    ['critical', 'critical'],
    ['ERROR', 'high'],
    ['WARNING', 'medium'],
    ['NOTICE', 'low'],
    ['INFO', 'negligible'],
    ['INFORMATIONAL', 'negligible'],
    ['DEBUG', 'negligible'],
  ])('takes the priority %s as %s', async (priority, severity) => {
    const { rules } = await read(rule().replace('WARNING', priority));
    expect(rules[0]?.rule.severity).toBe(severity);
  });

  describe('overriding', () => {
    it('adds to lists and macros, and replaces them', async () => {
      const { lists, macros } = await read(
        '- list: a\n  items: [1]\n- list: b\n  items: [1]\n- list: c\n  items: [1]\n- macro: m\n  condition: evt.type=open\n',
        '- list: a\n  items: [2]\n  override:\n    items: append\n- list: b\n  items: [2]\n  append: true\n- list: c\n  items: [2]\n- macro: m\n  condition: or evt.type=openat\n  override: {condition: append}\n',
      );
      expect([lists.get('a'), lists.get('b'), lists.get('c')]).toEqual([['1', '2'], ['1', '2'], ['2']]);
      expect(macros.get('m')).toMatchObject({ kind: 'or' });
    });

    it('changes what is named of a rule', async () => {
      const { rules, complaints } = await read(
        rule('  tags: [a]\n  enabled: false\n'),
        `- rule: Opens
  condition: and proc.name=sh
  desc: More.
  tags: [b]
  priority: ERROR
  enabled: true
  override: {condition: append, desc: append, tags: append, priority: replace, enabled: replace}
`,
      );
      expect(complaints).toEqual([]);
      expect(rules).toMatchObject([
        {
          condition: { kind: 'and' },
          rule: { description: 'About opening. More.', tags: ['a', 'b'], severity: 'high', enabled: true },
        },
      ]);
    });

    it('switches a rule by its name alone', async () => {
      const { rules } = await read(rule(), '- rule: Opens\n  enabled: false\n');
      expect(rules[0]?.rule.enabled).toBe(false);
    });

    it('replaces a rule that is defined again', async () => {
      const { rules } = await read(rule(), rule('', 'evt.type=bpf').replace('WARNING', 'INFO'));
      expect(rules).toHaveLength(1);
      expect(rules[0]).toMatchObject({ rule: { severity: 'negligible', file: '1.yaml' } });
    });

    it.each([
      ['- list: a\n  items: [1]\n  append: true\n', 'there is no list a yet'],
      ['- macro: a\n  condition: x\n  override: {condition: append}\n', 'there is no macro a yet'],
      ['- rule: a\n  condition: x\n  append: true\n', 'there is no rule a yet'],
      [
        `${rule()}- rule: Opens\n  condition: x\n  override: {condition: twice}\n`,
        'override of condition is append or replace',
      ],
    ])('complains of %j', async (text, message) => {
      expect((await read(text)).complaints).toMatchObject([{ message }]);
    });
  });

  describe('exceptions', () => {
    const exceptions = (text: string): string => rule(`  exceptions:\n${text}`);

    it('become parts of the condition', async () => {
      const { rules, complaints } = await read(
        exceptions(`   - name: pairs
     fields: [proc.name, fd.directory]
     comps: [=, startswith]
     values:
       - [yum, /usr]
       - [apt, /bin]
   - name: names
     fields: proc.pname
   - name: sets
     fields: [proc.name, fd.name]
     comps: [=, in]
     values:
       - [dpkg, [/a, /b]]
   - name: later
     fields: [proc.exe]
`),
        '- rule: Opens\n  exceptions:\n   - name: later\n     values: [[x]]\n   - name: names\n     values: [sh, bash]\n  append: true\n',
      );
      expect(complaints).toEqual([]);
      expect(rules[0]?.condition).toMatchObject({
        kind: 'and',
        parts: [
          { kind: 'compare' },
          {
            kind: 'not',
            part: {
              kind: 'or',
              parts: [
                {
                  kind: 'and',
                  parts: [
                    { operator: '=', operands: [{ text: 'yum' }] },
                    { operator: 'startswith', operands: [{ text: '/usr' }] },
                  ],
                },
                { kind: 'and', parts: [{ operands: [{ text: 'apt' }] }, { operands: [{ text: '/bin' }] }] },
                { kind: 'compare', operator: 'in', operands: [{ text: 'sh' }, { text: 'bash' }] },
                { kind: 'and', parts: [{}, { operator: 'in', operands: [{ text: '/a' }, { text: '/b' }] }] },
                { kind: 'and', parts: [{ field: { name: 'proc.exe' }, operands: [{ text: 'x' }] }] },
              ],
            },
          },
        ],
      });
    });

    it.each([
      ['   - fields: [proc.name]\n', 'an exception needs a name'],
      ['   - name: a\n     fields: [proc.name]\n     comps: [=, =]\n', 'the exception a has 1 fields and 2 comps'],
      ['   - name: a\n     fields: [proc.name]\n     comps: [is]\n', 'is is no operator (exception a)'],
      [
        '   - name: a\n     fields: [proc.name, fd.name]\n     values: [[x]]\n',
        'a value of the exception a has 1 parts for 2 fields',
      ],
      ['   - name: a\n     values: [[x]]\n', 'the exception a has values and no fields'],
    ])('complains of %j', async (text, message) => {
      const { rules, complaints } = await read(exceptions(text));
      expect(complaints).toMatchObject([{ message }]);
      expect(rules).toEqual([]);
    });
  });

  describe('what is wrong is told with its line, and the rest is read', () => {
    it.each([
      ['a: [', 1, /not YAML/],
      ['rule: x\n', 1, /a list of rules/],
      ['- just text\n', 1, /a rule, a macro or a list/],
      ['\n- something: else\n', 2, /neither a rule/],
      ['- rule:\n', 1, /a rule needs a name/],
      ['- rule: x\n  condition: [a]\n  priority: INFO\n', 2, /condition is expected to be text/],
      ['- rule: x\n  condition: evt.type=open\n', 1, /has no priority/],
      ['- rule: x\n  condition: evt.type=open\n  priority: high\n', 3, /high is no priority/],
      ['- rule: x\n  priority: INFO\n', 1, /has no condition/],
      ['- rule: x\n  priority: INFO\n  condition: (a\n', 3, /rule x: a closing parenthesis/],
      ['- macro: x\n\n  condition: a or\n', 3, /macro x: .*expected/],
      ['- list: x\n  items: {a: b}\n', 2, /items is expected to be a list/],
      ['- list: &a x\n  items: [*a]\n', 2, /alias/],
      ['- required_engine_version: 99.0.0\n', 1, /asks for engine 99.0.0/],
      ['- rule: x\n  priority: INFO\n  condition: a\n  enabled: perhaps\n', 4, /true or false/],
    ])('%j', async (text, line, message) => {
      const { rules, complaints } = await read(`${text}`, rule());
      expect(complaints).toHaveLength(1);
      expect(complaints[0]).toMatchObject({ file: '0.yaml', line, message: expect.stringMatching(message) as string });
      expect(rules.map(({ rule: { title } }) => title)).toEqual(['Opens']);
    });

    it.each(['0.1.0', '57', '0.57.0', '0.63.0'])('engine %s is read', async (version) => {
      expect((await read(`- required_engine_version: ${version}\n`)).complaints).toEqual([]);
    });
  });

  it('reads what our own rules say besides', async () => {
    const { rules, complaints } = await read(
      rule(
        '  drydock:\n    id: call-x\n    severity: critical\n    confidence: high\n    aliases: [a]\n    remediation: Do so.\n    source: drydock\n    url: https://example.org/\n',
      ),
      rule('  drydock:\n    confidence: sure\n').replace('Opens', 'Other'),
    );
    expect(rules[0]?.rule).toMatchObject({
      id: 'call-x',
      severity: 'critical',
      confidence: 'high',
      aliases: ['a'],
      remediation: 'Do so.',
      source: { name: 'drydock', url: 'https://example.org/' },
    });
    expect(complaints).toMatchObject([{ message: 'confidence is one of certain, high, medium, low' }]);
  });
});
