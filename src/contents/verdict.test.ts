import { describe, expect, it } from 'vitest';
import type { Witness, WitnessEngine, WitnessKind, WitnessWeight } from '../model/witness.ts';
import { judgeWitnesses } from './verdict.ts';

function witness(weight: WitnessWeight, engine: WitnessEngine = 'yara', kind: WitnessKind = 'webshell'): Witness {
  return { engine, kind, weight, rule: `${engine}-${weight}`, set: 'test' };
}

const allowed = (one: Witness): Witness => ({ ...one, allowedBy: 'list.fp' });

describe('judgeWitnesses', () => {
  it.each<[string, readonly Witness[], readonly [string, string, string] | undefined]>([
    ['nobody', [], undefined],
    ['a weak one', [witness('weak')], undefined],
    ['weak ones of one engine', [witness('weak'), witness('weak')], undefined],
    ['weak ones of two engines', [witness('weak'), witness('weak', 'model')], ['webshell', 'medium', 'low']],
    ['a strong one', [witness('strong')], ['webshell', 'high', 'medium']],
    [
      'a strong one and a weak one of another engine',
      [witness('strong'), witness('weak', 'model')],
      ['webshell', 'high', 'high'],
    ],
    ['a certain one', [witness('certain', 'digest', 'malware')], ['malware', 'critical', 'certain']],
    [
      'a certain one beside strong others',
      [witness('strong'), witness('certain', 'digest', 'malware')],
      ['malware', 'critical', 'certain'],
    ],
    ['an unwanted program', [witness('strong', 'yara', 'unwanted')], ['unwanted', 'medium', 'medium']],
    [
      'strong ones that disagree',
      [witness('strong'), witness('strong', 'clamav', 'malware')],
      ['webshell', 'high', 'high'],
    ],
  ])('%s', (_, witnesses, expected) => {
    const verdict = judgeWitnesses('web', witnesses);
    expect(verdict && [verdict.kind, verdict.severity, verdict.confidence]).toEqual(expected);
  });

  it('takes a program that witnesses disagree about for malware', () => {
    expect(judgeWitnesses('elf', [witness('strong'), witness('strong', 'clamav', 'malware')])?.kind).toBe('malware');
  });

  it('is the same in whatever order witnesses come', () => {
    const all = [
      witness('weak', 'model'),
      witness('strong'),
      witness('certain', 'digest'),
      allowed(witness('certain')),
    ];
    expect(judgeWitnesses('web', all.toReversed())).toEqual(judgeWitnesses('web', all));
  });

  it('listens to those that no list speaks against first', () => {
    const verdict = judgeWitnesses('web', [allowed(witness('certain')), witness('strong', 'model')]);
    expect([verdict?.confidence, verdict?.allowedBy]).toEqual(['medium', undefined]);
    expect(verdict?.witnesses.at(-1)?.allowedBy).toBe('list.fp');
  });

  it('stays a verdict where lists speak against all, and says which', () => {
    const verdict = judgeWitnesses('web', [allowed(witness('certain'))]);
    expect([verdict?.confidence, verdict?.allowedBy]).toEqual(['certain', 'list.fp']);
  });
});
