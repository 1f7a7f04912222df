import { describe, expect, it } from 'vitest';
import { advisoriesOf, makeAdvisory, makePackage, makeView } from '../../test/support/view.ts';
import { ecosystems } from '../ecosystems/index.ts';
import type { Advisory } from '../model/advisory.ts';
import { explainVulnerability } from './explain.ts';
import type { Explanation } from './explanation.ts';
import { matchPackages } from './match.ts';
import { neededAdvisories } from './needed.ts';

const lodash = makePackage('lodash', '4.17.15', {
  type: 'npm',
  purl: 'pkg:npm/lodash@4.17.15',
  locations: ['opt/acme/node_modules/lodash/package.json'],
  ownedBy: 'acme-app',
});
const wrong = makeAdvisory('GHSA-aaaa-bbbb-cccc', [{ package: 'lodash', namespace: 'npm' }]);
const ofDebian = (name: string): Advisory =>
  makeAdvisory('CVE-2024-0001', [
    { package: name, namespace: 'debian:12', ranges: [{ introduced: '0', fixed: '0.1' }] },
  ]);

function found(owner: Parameters<typeof makePackage>, ...advisories: readonly Advisory[]) {
  const view = makeView({ packages: [makePackage(...owner), lodash] });
  return matchPackages(view, ecosystems, advisoriesOf({ osv: advisories })).findings.map(({ id }) => id);
}

describe('a package of a language that a package of the distribution owns', () => {
  it('is judged through it where its distribution speaks of it', () => {
    expect(found(['acme-app', '1'], wrong, ofDebian('acme-app'))).toEqual([]);
  });

  it('is judged through its source, where that is what the distribution speaks of', () => {
    const source = { name: 'acme', version: '1' };

    expect(found(['acme-app', '1', { source }], wrong, ofDebian('acme'))).toEqual([]);
  });

  it('is judged itself where the distribution never said anything of it: a vendor made it, or somebody forged a list', () => {
    expect(found(['acme-app', '1'], wrong, ofDebian('bash'))).toEqual(['GHSA-aaaa-bbbb-cccc']);
  });

  it('is judged itself where nobody watches the owner, or nothing is known of its distribution', () => {
    expect(found(['acme-app', '1', { distribution: 'mint:21' }], wrong)).toEqual(['GHSA-aaaa-bbbb-cccc']);
    expect(found(['acme-app', '1'], wrong)).toEqual(['GHSA-aaaa-bbbb-cccc']);
  });

  it('is left to the owner where that was left out of the list', () => {
    const view = makeView({ packages: [lodash] });

    expect(matchPackages(view, ecosystems, advisoriesOf({ osv: [wrong] })).findings).toEqual([]);
  });

  it('needs advisories of the language only where nobody watches the owner', () => {
    const needed = (distribution: string): readonly string[] => {
      const packages = [makePackage('acme-app', '1', { distribution }), lodash];
      return neededAdvisories(makeView({ packages }), ecosystems).feeds.map(({ name }) => name);
    };

    expect(needed('debian:12')).not.toContain('npm-osv');
    expect(needed('mint:21')).toContain('npm-osv');
  });

  it('is explained as it was judged', () => {
    const explained = (...advisories: readonly Advisory[]): Explanation => {
      const view = makeView({ packages: [makePackage('acme-app', '1'), lodash] });
      return explainVulnerability('GHSA-aaaa-bbbb-cccc', view, ecosystems, advisoriesOf({ osv: advisories }));
    };

    expect(explained(wrong, ofDebian('acme-app')).packages).toMatchObject([{ verdict: 'not-affected' }]);
    expect(explained(wrong, ofDebian('bash')).packages).toMatchObject([{ verdict: 'affected' }]);
  });
});
