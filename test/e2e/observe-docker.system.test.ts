import { describe } from 'vitest';
import { runningEngines } from '../support/both-engines.ts';
import { testObserve } from '../support/observe-suite.ts';

describe('drydock observe with Docker', () => testObserve(runningEngines[0]));
