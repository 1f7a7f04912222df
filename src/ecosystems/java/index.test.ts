import { describe, expect, it } from 'vitest';
import { readFiles } from '../../../test/support/feed-events.ts';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { debianLayer } from '../../../test/support/root-file-systems.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { advisoriesOf } from '../../../test/support/view.ts';
import { zip } from '../../../test/support/zip.ts';
import { java } from './index.ts';

const record = {
  id: 'GHSA-jfh8-c2jp-5v3q',
  aliases: ['CVE-2021-44228'],
  affected: [
    {
      package: { ecosystem: 'Maven', name: 'org.apache.logging.log4j:log4j-core' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '2.13.0' }, { fixed: '2.15.0' }] }],
    },
  ],
};

describe('java', () => {
  it('judges an archive in an application, by what Maven left in it', async () => {
    const inner = zip([
      {
        name: 'META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties',
        content: 'version=2.14.1\ngroupId=org.apache.logging.log4j\nartifactId=log4j-core\n',
      },
    ]);
    const content = zip([{ name: 'WEB-INF/lib/log4j-core-2.14.1.jar', content: inner }]);
    const layers = [debianLayer(), layer([{ path: 'srv/app.war', content }])];
    const image = writeTemporary('java.tar', dockerArchive({ layers }));
    const { upserts } = await readFiles(java.osv, { 'all.ndjson': JSON.stringify(record) });
    const source = advisoriesOf({ 'maven-osv': upserts });

    const { findings } = await scanOne(image, { advisories: { supply: async () => ({ source, problems: [] }) } });

    expect(findings).toMatchObject([
      { id: 'CVE-2021-44228', fixedVersion: '2.15.0', package: { name: 'org.apache.logging.log4j:log4j-core' } },
    ]);
  });
});
