import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EnsembleWeights, type Evidence, isUndecided, weighEvidence } from './ensemble.ts';

const thresholds = Object.fromEntries(
  ['php', 'asp', 'aspx', 'jsp', 'cfm', 'perl', 'python', 'sh', 'js'].map((language) => [
    language,
    { malicious: language === 'asp' ? 0.95 : 0.9, suspicious: 0.5 },
  ]),
) as EnsembleWeights['thresholds'];

/** bias, linear, network, precise rules, broad rules, likeness, size */
const weights: EnsembleWeights = {
  first: [-2, 1, 0, 2, 0.5, 1, -16],
  second: [-3, 1, 1, 2, 0.5, 1, -16],
  undecided: [-1, 3],
  precise: ['precise-a', 'precise-b'],
  thresholds,
};

const text = (score: number): Evidence['linear'] => ({ whole: score, window: score, payload: undefined });

const harmless: Evidence = { language: 'php', size: 0, linear: text(-4), fuzzy: 0, rules: [] };

describe('weighEvidence', () => {
  it.each<[string, Partial<Evidence>, number, string]>([
    ['nothing', {}, -6, 'unsuspicious'],
    ['a bad text', { linear: text(5) }, 3, 'malicious'],
    ['a text that is not good', { linear: text(3) }, 1, 'suspicious'],
    ['a bad payload in a harmless text', { linear: { whole: -4, window: -4, payload: 6 } }, 4, 'malicious'],
    ['a score beyond all bounds', { linear: { whole: 1e9, window: 1e9, payload: undefined } }, 10, 'malicious'],
    ['likeness to a known one', { fuzzy: 50 }, -5, 'unsuspicious'],
    ['precise rules', { rules: ['precise-a', 'precise-b'] }, -2, 'unsuspicious'],
    ['rules that count no more', { rules: ['a', 'b', 'c', 'd', 'e'] }, -4.5, 'unsuspicious'],
    ['the network', { network: 9 }, 2, 'suspicious'],
    ['a file of 1 kB', { linear: text(5), size: 1023 }, -7, 'unsuspicious'],
  ])('weighs %s', (_, evidence, odds, verdict) => {
    const weighed = weighEvidence({ ...harmless, ...evidence }, weights);

    expect(weighed.probability).toBeCloseTo(1 / (1 + Math.exp(-odds)), 9);
    expect(weighed.verdict).toBe(verdict);
  });

  it('judges each language by its own thresholds', () => {
    const evidence: Evidence = { ...harmless, linear: text(4.5) };

    expect(weighEvidence(evidence, weights).verdict).toBe('malicious');
    expect(weighEvidence({ ...evidence, language: 'asp' }, weights).verdict).toBe('suspicious');
  });

  it('gives a probability, whatever the scores are', () => {
    const score = fc.double({ noNaN: true });
    fc.assert(
      fc.property(score, score, fc.option(score, { nil: undefined }), (whole, window, payload) => {
        const { probability } = weighEvidence({ ...harmless, linear: { whole, window, payload } }, weights);
        expect(probability).toBeGreaterThanOrEqual(0);
        expect(probability).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('isUndecided', () => {
  it.each([
    [-4, false],
    [1, false],
    [1.5, true],
    [4.5, true],
    [5, false],
  ])('a text of %d: %s', (whole, undecided) => {
    expect(isUndecided({ ...harmless, linear: text(whole) }, weights)).toBe(undecided);
  });
});
