import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EnsembleWeights, type Evidence, isUndecided, weighEvidence } from './ensemble.ts';

const thresholds = Object.fromEntries(
  ['php', 'asp', 'aspx', 'jsp', 'cfm', 'perl', 'python', 'sh', 'js'].map((language) => [
    language,
    { malicious: language === 'asp' ? 0.95 : 0.9, suspicious: 0.5 },
  ]),
) as EnsembleWeights['thresholds'];

/** bias, whole, window, worst, has payload, payload, network, fuzzy, fuzzy 50, precise, broad, size, opaque, languages */
const weights: EnsembleWeights = {
  first: [-2, 1, 0, 0, 0, 0, 0, 2, 1, 2, 0.5, 0, -3, 0, 0, 0, 0],
  second: [-3, 1, 0, 0, 0, 0, 1, 2, 1, 2, 0.5, 0, -3, 0, 0, 0, 0],
  undecided: [-1, 3],
  precise: ['precise-a', 'precise-b'],
  thresholds,
};

const harmless: Evidence = {
  language: 'php',
  size: 1000,
  opaque: 0,
  linear: { whole: -4, window: -4, payload: undefined },
  fuzzy: 0,
  rules: [],
};

describe('weighEvidence', () => {
  it.each<[string, Partial<Evidence>, number, string]>([
    ['nothing', {}, -6, 'unsuspicious'],
    ['a bad text', { linear: { whole: 5, window: 5, payload: undefined } }, 3, 'malicious'],
    ['a text that is not good', { linear: { whole: 3, window: 3, payload: undefined } }, 1, 'suspicious'],
    ['a score beyond all bounds', { linear: { whole: 1e9, window: 0, payload: undefined } }, 10, 'malicious'],
    ['likeness to a known one', { fuzzy: 50 }, -4, 'unsuspicious'],
    ['precise rules', { rules: ['precise-a', 'precise-b'] }, -2, 'unsuspicious'],
    ['rules that count no more', { rules: ['a', 'b', 'c', 'd', 'e'] }, -4.5, 'unsuspicious'],
    ['opaque bytes', { opaque: 0.5 }, -7.5, 'unsuspicious'],
    ['the network', { network: 9 }, 2, 'suspicious'],
  ])('weighs %s', (_, evidence, odds, verdict) => {
    const weighed = weighEvidence({ ...harmless, ...evidence }, weights);

    expect(weighed.probability).toBeCloseTo(1 / (1 + Math.exp(-odds)), 9);
    expect(weighed.verdict).toBe(verdict);
  });

  it('judges each language by its own thresholds', () => {
    const evidence: Evidence = { ...harmless, linear: { whole: 4.5, window: 0, payload: undefined } };

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
    expect(isUndecided({ ...harmless, linear: { whole, window: 0, payload: undefined } }, weights)).toBe(undecided);
  });
});
