import path from 'node:path';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { ecosystems } from '../../ecosystems/index.ts';
import { describeStore } from '../conformance.ts';
import { openStore } from '../open.ts';

describeStore('a store in SQLite', {
  open: async () => await openStore({ ecosystems, url: path.join(temporaryFolder(), 'store.db') }),
});
