import { testRules } from '../../../test/support/rule-cases.ts';
import { leftoverRules } from './leftovers.ts';

testRules(
  leftoverRules,
  {
    'removed-in-later-run': {
      quiet: ['RUN apt-get install -y gcc && apt-get purge -y gcc', 'RUN apt-get purge -y gcc'],
    },
  },
  ['build-tools-left', 'files-copied-by-chmod', 'package-files-left'],
);
