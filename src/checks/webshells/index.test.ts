import { expect, it } from 'vitest';
import { judgeWitnesses } from '../../contents/verdict.ts';
import type { Witness } from '../../model/witness.ts';
import { webshells } from './index.ts';

const model: Witness = { engine: 'model', kind: 'webshell', weight: 'strong', rule: 'webshell-model', set: 'drydock' };
const rule: Witness = { engine: 'yara', kind: 'webshell', weight: 'weak', rule: 'php-weak', set: 'starter' };
const severityOf = (id: string): string | undefined => webshells.rules.find((one) => one.id === id)?.severity;

it('says of the model alone what its rule says', () => {
  const verdict = judgeWitnesses('web', [model]);
  expect([verdict?.witnesses[0]?.rule, verdict?.severity]).toEqual(['webshell-model', severityOf('webshell-model')]);
  expect(judgeWitnesses('web', [{ ...model, weight: 'weak' }])).toBeUndefined();
});

it('names a rule before a model that is as weak', () => {
  const verdict = judgeWitnesses('web', [{ ...model, weight: 'weak' }, rule]);
  expect([verdict?.witnesses[0]?.rule, verdict?.severity, verdict?.confidence]).toEqual(['php-weak', 'medium', 'low']);
});

it('says of a strong rule what its rule says', () => {
  expect(judgeWitnesses('web', [{ ...rule, weight: 'strong' }])?.severity).toBe(severityOf('webshell'));
});
