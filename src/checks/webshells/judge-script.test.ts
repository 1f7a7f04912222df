import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { network } from './cnn.ts';
import { scriptJudge } from './judge-script.ts';
import { linearScorer } from './linear.ts';
import { readModel } from './model-file.ts';
import { cnnInput, scriptLanguage, scriptViews } from './script-views.ts';

const fixtures = path.join(import.meta.dirname, 'fixtures');
const scripts = readdirSync(path.join(fixtures, 'scripts')).sort();
const read = (name: string): Buffer => readFileSync(path.join(fixtures, 'scripts', name));

interface Answer {
  readonly whole: number;
  readonly window: number;
  readonly payload: number | null;
  readonly network: number;
}

/** Recorded by training/webshell/fixture.py: the network by a convolution of PyTorch. */
const answers = JSON.parse(readFileSync(path.join(fixtures, 'answers.json'), 'utf8')) as Record<string, Answer>;
const file = path.join(import.meta.dirname, '../../../starter/models/webshells.bin');
const model = readModel(readFileSync(file));
const judge = scriptJudge(model);

describe('the model that ships', () => {
  const linear = linearScorer(model.linear);
  const bytes = network(model.network);

  it('has an answer for each script', () => {
    expect(Object.keys(answers).sort()).toEqual(scripts);
  });

  it.each(scripts)('scores %s as in training', (name) => {
    const content = read(name);
    // Fixtures bear the language as their ending, with or without the ending of the language.
    const language = scriptLanguage(name, content)!;
    const views = scriptViews(content, language);
    const { whole, window, payload } = linear.score(views, language);
    const answer = answers[name]!;

    expect(whole).toBeCloseTo(answer.whole, 4);
    expect(window).toBeCloseTo(answer.window, 4);
    if (answer.payload === null) expect(payload).toBeUndefined();
    else expect(payload).toBeCloseTo(answer.payload, 4);
    expect(bytes.score(cnnInput(views))).toBeCloseTo(answer.network, 4);
  });

  it('is smaller than 2 MB', () => {
    expect(readFileSync(file).length).toBeLessThan(2e6);
  });
});

describe('scriptJudge', () => {
  it.each(['guestbook.php', 'page.jsp', 'page.aspx', 'page.cfm', 'backup.sh', 'server.js'])(
    'finds nothing in %s',
    (name) => {
      expect(judge.judge(name, read(name))?.verdict).toBe('unsuspicious');
    },
  );

  it.each(['inert-command.php', 'inert-eval.php', 'inert-payload.php'])('finds %s', (name) => {
    const judged = judge.judge(name, read(name))!;

    expect(judged.probability).toBeGreaterThan(0.5);
  });

  it('leaves a script to which nobody but the models objects, and that can do nothing', () => {
    const idle = ['<?php $a = $_PO', 'ST["a"]; $b = $_REQ', 'UEST["cmd"];'].join('');
    const declared = '<?php declare(strict_types=1); /* comment */ ?><?php /* comment */ ?>';
    const judged = (text: string) => judge.judge('srv/a.php', Buffer.from(text))!;

    for (const text of [idle, declared]) {
      expect(judged(text).verdict).toBe('unsuspicious');
      expect(judged(text).probability).toBeGreaterThan(model.ensemble.thresholds.php.malicious);
    }
    expect(judged(`${idle} not_there($b);`).verdict).toBe('malicious');
    const heard = judge.judge('srv/a.php', Buffer.from(idle), () => ['php_command_form']);
    expect(heard?.verdict).toBe('malicious');
  });

  it('names the lines that speak against a script, and shows nothing unescaped', () => {
    const judged = judge.judge('inert-command.php', read('inert-command.php'))!;

    const reasons = judged.reasons();

    expect(reasons.filter(({ by }) => by === 'linear').length).toBeGreaterThan(2);
    expect(reasons.every(({ line }) => line === undefined || (line >= 1 && line <= 5))).toBe(true);
    expect(reasons.every(({ excerpt }) => /^[\x20-\x7e]{1,40}$/.test(excerpt))).toBe(true);
  });

  it('does not judge what is no script', () => {
    expect(judge.judge('a.bin', Buffer.from([0, 1, 2, 3]))).toBeUndefined();
  });

  it('judges any bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 3000 }),
        fc.constantFrom('a.php', 'b.asp', 'c.jsp', 'd.py'),
        (bytes, name) => {
          const judged = judge.judge(name, bytes);
          judged?.reasons();
          expect(judged === undefined || (judged.probability >= 0 && judged.probability <= 1)).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('refuses damaged weights', () => {
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1]! ^= 1;
    expect(() => readModel(bytes)).toThrow('damaged');
  });
});
