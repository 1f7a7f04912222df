import { describe, expect, it } from 'vitest';
import { makeLayers } from '../../test/support/view.ts';
import type { RuleDoc } from '../model/check.ts';
import { findingOf } from './finding.ts';

const rule: RuleDoc = {
  id: 'leak',
  kind: 'configuration',
  title: 'Water comes in',
  severity: 'medium',
  why: 'The ship sinks.',
  remediation: 'Pump.',
};

describe('findingOf', () => {
  it('says what the rule says, where, and what was seen', () => {
    const [layer] = makeLayers('COPY hull /');

    expect(findingOf(rule, layer, { evidence: 'The hull has a hole.', location: { path: 'hull' } })).toEqual({
      kind: 'configuration',
      id: 'leak',
      aliases: [],
      severity: 'medium',
      confidence: 'certain',
      title: 'Water comes in',
      layer: { index: 0, diffId: layer?.diffId, instruction: 'COPY hull /' },
      historyIndex: 0,
      from: 'unknown',
      location: { path: 'hull' },
      evidence: 'The hull has a hole.',
      source: { name: 'drydock' },
      remediation: 'Pump.',
    });
  });

  it('lets a check know better than its rule', () => {
    const finding = findingOf(rule, undefined, { evidence: 'Perhaps.', confidence: 'low', severity: 'low' });

    expect(finding).toMatchObject({ confidence: 'low', severity: 'low' });
    expect(finding).not.toHaveProperty('layer');
  });
});
