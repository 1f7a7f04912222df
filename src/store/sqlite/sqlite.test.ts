import path from 'node:path';
import { describeStore } from '../../../test/store/conformance.ts';
import { describeAdvisories } from '../../../test/store/conformance-advisories.ts';
import { describeApi } from '../../../test/store/conformance-api.ts';
import { describeFleet } from '../../../test/store/conformance-fleet.ts';
import { describeImages } from '../../../test/store/conformance-images.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { ecosystems } from '../../ecosystems/index.ts';
import { openStore } from '../open.ts';
import type { Store } from '../store.ts';

const open = async (): Promise<Store> => await openStore({ ecosystems, url: path.join(temporaryFolder(), 'store.db') });

describeStore('a store in SQLite', { open });
describeAdvisories('SQLite', open);
describeApi('SQLite', open);
describeFleet('SQLite', open);
describeImages('SQLite', open);
