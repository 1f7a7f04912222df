import type { ReactNode } from 'react';
import { kindTitles } from '../../../src/report/kind-titles.ts';
import { daysBetween, sizeWords } from '../../../src/report/words.ts';
import type { Finding, Report } from '../api/schema.ts';
import { Badge } from '../ui/badge.tsx';
import { Copy } from '../ui/copy.tsx';
import { ImageText } from '../ui/image-text.tsx';
import { gravestFirst, SeverityShape } from '../ui/severity.tsx';
import { AddressLink } from './address-link.tsx';
import { facets } from './findings/finding-facets.ts';
import { capital, dayOf, momentOf } from './words.ts';

/** Which image, what it is made of, what it was judged by, and what came out. */
export function ReportHead({ report }: { readonly report: Report }): ReactNode {
  return (
    <div className="report-head">
      <Summary report={report} />
      <dl className="report-facts">
        <Facts report={report} />
      </dl>
    </div>
  );
}

/** From a count to what it counts: nothing else is asked. */
const toFindings: Readonly<Record<string, undefined>> = Object.fromEntries(
  [...facets, 'q', 'tab', 'finding'].map((key) => [key, undefined]),
);

/** How many of each severity, and of each kind: each leads to its findings. */
function Summary({ report: { summary, findings } }: { readonly report: Report }): ReactNode {
  const accepted = findings.filter(({ suppressed }) => suppressed !== undefined).length;
  return (
    <div className="report-summary">
      <ul className="severity-tiles" aria-label="Findings by severity">
        {gravestFirst.map((severity) => (
          <li key={severity}>
            <AddressLink changes={{ ...toFindings, severity }} className={`tile of-${severity}`}>
              <span className={summary.bySeverity[severity] === 0 ? 'tile-count none' : 'tile-count'}>
                {summary.bySeverity[severity].toLocaleString('en')}
              </span>
              <span className="tile-word">
                <SeverityShape severity={severity} />
                {capital(severity)}
              </span>
            </AddressLink>
          </li>
        ))}
      </ul>
      <p className="kind-counts">
        {Object.entries(summary.byKind).map(([kind, count]) => (
          <AddressLink key={kind} changes={{ ...toFindings, kind }} className="kind-count">
            {kindTitles[kind as Finding['kind']] ?? kind} <strong>{count.toLocaleString('en')}</strong>
          </AddressLink>
        ))}
        {accepted > 0 && (
          <AddressLink changes={{ ...toFindings, accepted: 'accepted' }} className="kind-count">
            Accepted, not counted <strong>{accepted.toLocaleString('en')}</strong>
          </AddressLink>
        )}
      </p>
    </div>
  );
}

function Facts({ report }: { readonly report: Report }): ReactNode {
  const { image, packages, depth, tool, createdAt, asOf } = report;
  const bytes = image.layers.reduce((sum, { size }) => sum + size, 0);
  const digest = image.digest ?? image.id;
  return (
    <>
      <Fact name={image.digest === undefined ? 'id' : 'digest'}>
        {digest === undefined ? (
          <span className="faint">none</span>
        ) : (
          <span className="with-copy">
            <ImageText mono className="cut" text={digest} />
            <Copy text={digest} label="Copy the digest" />
          </span>
        )}
      </Fact>
      <Fact name="platform">
        <ImageText text={image.platform ?? 'not known'} />
        {image.created !== undefined && <span className="soft">, made {dayOf(image.created)}</span>}
      </Fact>
      <Fact name="distribution">
        <DistributionFact report={report} />
      </Fact>
      <Fact name="base image">
        <BaseFact report={report} />
      </Fact>
      <Fact name="layers">
        {image.layers.length.toLocaleString('en')}, {sizeWords(bytes)}
      </Fact>
      <Fact name="packages">
        {packages.length.toLocaleString('en')}
        {report.packageTypes !== undefined && (
          <>
            {' '}
            of <ImageText text={report.packageTypes.join(', ')} /> alone
          </>
        )}
      </Fact>
      <Fact name="scanned">
        {momentOf(createdAt)} <span className="soft">by Drydock {tool.version}</span>
        {asOf !== undefined && <Badge tone="warn">judged as of {dayOf(asOf)}</Badge>}
      </Fact>
      <Fact name="depth">{depth === 'deep' ? 'deep: every byte was judged' : 'default: what no package brought'}</Fact>
      <Fact name="advisories">
        <AdvisoryFact report={report} />
      </Fact>
      {report.policy !== undefined && (
        <Fact name="policy">
          <ImageText mono text={report.policy.file} /> accepts {report.policy.accepted.toLocaleString('en')}
          {report.policy.expired > 0 && <Badge tone="warn">{report.policy.expired} expired</Badge>}
        </Fact>
      )}
      {report.baseline !== undefined && (
        <Fact name="baseline">
          {report.baseline.new.toLocaleString('en')} new, {report.baseline.graver.toLocaleString('en')} graver,{' '}
          {report.baseline.gone.toLocaleString('en')} gone since <ImageText text={report.baseline.reference} /> of{' '}
          {dayOf(report.baseline.createdAt)}
        </Fact>
      )}
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function DistributionFact({ report }: { readonly report: Report }): ReactNode {
  const { distribution } = report.image;
  if (distribution === undefined) {
    return (
      <span className="soft">
        {report.problems.some(({ code }) => code === 'distribution.none') ? 'none' : 'not known'}
      </span>
    );
  }
  const { name, endOfLife } = distribution;
  const hasEnded = endOfLife !== undefined && endOfLife < (report.asOf ?? report.createdAt).slice(0, 10);
  return (
    <>
      <ImageText text={name} />{' '}
      {endOfLife !== undefined &&
        (hasEnded ? (
          <Badge tone="bad">no security updates since {dayOf(endOfLife)}</Badge>
        ) : (
          <span className="soft">updates until {dayOf(endOfLife)}</span>
        ))}
    </>
  );
}

function BaseFact({ report: { image } }: { readonly report: Report }): ReactNode {
  const { base, layers } = image;
  if (base === undefined || base.by === 'none') {
    return (
      <span className="soft" title={base?.reason}>
        not known
      </span>
    );
  }
  return (
    <span title={base.reason}>
      <ImageText text={base.name ?? base.digest ?? ''} />{' '}
      <span className="soft">
        {base.layers === undefined
          ? 'as the image says'
          : `${base.layers.toLocaleString('en')} of ${layers.length.toLocaleString('en')} layers`}
      </span>
    </span>
  );
}

/** What vulnerabilities were judged by, and how old that is at the moment of the scan. */
function AdvisoryFact({ report }: { readonly report: Report }): ReactNode {
  const { advisories, createdAt, asOf, problems } = report;
  if (advisories.starter) return <Badge tone="bad">the starter set alone: a small sample</Badge>;
  if (advisories.feeds.length === 0) {
    return problems.some(({ code }) => code === 'advisories.missing') ? (
      <Badge tone="bad">none: no vulnerability was judged</Badge>
    ) : (
      <span className="soft">not asked for</span>
    );
  }
  const { builtAt, feeds } = advisories;
  const age = builtAt === undefined ? undefined : daysBetween(builtAt, asOf ?? createdAt);
  return (
    <>
      {feeds.length.toLocaleString('en')} {feeds.length === 1 ? 'feed' : 'feeds'}
      {builtAt !== undefined && `, built ${dayOf(builtAt)}`}
      {age !== undefined && age >= 1 && (
        <Badge tone={age > 7 ? 'warn' : 'neutral'}>
          {age.toLocaleString('en')} {age === 1 ? 'day' : 'days'} old
        </Badge>
      )}
    </>
  );
}
