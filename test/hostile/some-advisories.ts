import type { AdvisorySupply } from '../../src/scan.ts';
import { advisoriesOf, makeAdvisory } from '../support/view.ts';

const source = advisoriesOf({
  test: [
    makeAdvisory('CVE-2024-0001', [
      { package: 'openssl', ranges: [{ fixed: '3.0.99-1' }] },
      { namespace: 'alpine:v3.19', package: 'openssl', ranges: [{ fixed: '3.1.99-r0' }] },
      { package: 'a', ranges: [{ fixed: '99' }] },
    ]),
  ],
});

/** Advisories on openssl, for the releases of the test images: enough that its version is compared. */
export const someAdvisories: AdvisorySupply = { supply: () => Promise.resolve({ source, problems: [] }) };
