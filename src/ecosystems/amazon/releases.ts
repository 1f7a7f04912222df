import type { Distribution } from '../../model/distribution.ts';

/** Amazon Linux (1) named its releases by year and month; all ended together (aws.amazon.com/amazon-linux-ami/faqs). */
const first = [
  '2011.09',
  '2012.03',
  '2012.09',
  '2013.03',
  '2013.09',
  '2014.03',
  '2014.09',
  '2015.03',
  '2015.09',
  '2016.03',
  '2016.09',
  '2017.03',
  '2017.09',
  '2018.03',
];

/** Releases of Amazon Linux, with the end of maintenance (AWS user guides, "Release cadence"). */
export const amazonReleases: readonly Distribution[] = [
  ...first.map((version) => ({
    id: 'amzn',
    version,
    name: `Amazon Linux AMI ${version}`,
    endOfLife: '2023-12-31',
  })),
  { id: 'amzn', version: '2', name: 'Amazon Linux 2', endOfLife: '2026-06-30' },
  { id: 'amzn', version: '2023', name: 'Amazon Linux 2023', endOfLife: '2029-06-30' },
];
