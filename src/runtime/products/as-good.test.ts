import { describe, expect, it } from 'vitest';
import { judgeRun, type RunSight, type StepSight } from './as-good.ts';

function step(told: string): StepSight {
  return { done: true, told };
}

const wanted: RunSight = {
  outcome: 'listening',
  reason: 'it listens',
  ports: ['8080/tcp', '9090/tcp'],
  workload: [step('HTTP 200'), { done: false, told: 'ECONNREFUSED' }, step('status 7')],
};

describe('a run', () => {
  it.each<[string, Partial<RunSight>, string | undefined]>([
    ['is as good as one like it', {}, undefined],
    ['may become healthy where the other listened', { outcome: 'healthy' }, undefined],
    ['may do what the other could not', { workload: [step('HTTP 200'), step('done'), step('status 7')] }, undefined],
    ['may listen on more', { ports: ['53/udp', '8080/tcp', '9090/tcp'] }, undefined],
    ['has to become ready', { outcome: 'running', reason: 'it listens to nothing' }, 'it listens to nothing'],
    ['has to open all ports', { ports: ['8080/tcp'] }, 'nothing listens on 9090/tcp'],
    ['has to open them with the same protocol', { ports: ['8080/tcp', '9090/udp'] }, 'nothing listens on 9090/tcp'],
    ['has to be looked at', { ports: undefined as never }, 'nothing listens on 8080/tcp, 9090/tcp'],
    ['has to live on', { ended: 'signal 31 ended it' }, 'signal 31 ended it'],
    [
      'has to do the workload',
      { workload: [step('HTTP 500'), step('done'), step('status 7')] },
      'step 1 of the workload went otherwise: HTTP 500 instead of HTTP 200',
    ],
    [
      'has to do all of the workload',
      { workload: [step('HTTP 200'), step('done')] },
      'step 3 of the workload went otherwise: not done instead of status 7',
    ],
  ])('%s', (_, differs, why) => {
    const verdict = judgeRun({ ...wanted, ...differs }, wanted);
    const good = 'it listened on 8080/tcp, 9090/tcp, did 2 of 3 steps of the workload as before and lived on';
    expect(verdict).toEqual({ asGood: why === undefined, reason: why ?? good });
  });
});
