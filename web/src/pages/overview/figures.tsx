import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { FleetDay, Overview } from '../../api/schema.ts';
import { gravestFirst, SeverityBar, SeverityShape, totalOf } from '../../ui/severity.tsx';
import { dayWords } from '../../ui/time.tsx';

/** How it stands in figures, each the way to what it counts. */
export function Figures({ overview: { now, before, states, kinds } }: { readonly overview: Overview }): ReactNode {
  return (
    <section className="panel figures" aria-label="Figures">
      <div className="stack close grow">
        <ul className="severity-figures">
          {gravestFirst.map((severity) => (
            <li key={severity} className={`of-${severity}`}>
              <Link href={`/vulnerabilities?severity=${severity}`}>
                <strong>{now.findings[severity].toLocaleString('en')}</strong>
                <span className="severity">
                  <SeverityShape severity={severity} size={10} />
                  {severity}
                </span>
                <Change now={now.findings[severity]} before={before?.findings[severity]} />
              </Link>
            </li>
          ))}
        </ul>
        <SeverityBar counts={now.findings} />
        <p className="faint">
          Findings of vulnerabilities, in the last scan of each image: {totalOf(now.findings).toLocaleString('en')}, of{' '}
          {now.vulnerabilities.toLocaleString('en')} vulnerabilities; a version fixes {now.fixable.toLocaleString('en')}
          {before !== undefined && <>. Changes are since {sinceOf(before)}</>}.
        </p>
      </div>
      <dl className="small-figures">
        <Figure label="images" count={now.images} to="/images?latest=true" />
        <Figure label="waiting" count={states.queued + states.scanning} to="/jobs" />
        <Figure label="failed" count={states.failed} to="/images?state=failed" />
        {Object.entries(kinds)
          .toSorted(([, a], [, b]) => b.images - a.images)
          .slice(0, 3)
          .map(([kind, { images }]) => (
            <Figure key={kind} label={`with ${kind}`} count={images} to={`/images?kind=${kind}&latest=true`} />
          ))}
      </dl>
    </section>
  );
}

const sinceOf = ({ day }: FleetDay): string => dayWords(day);

function Change({ now, before }: { readonly now: number; readonly before: number | undefined }): ReactNode {
  if (before === undefined || before === now) return null;
  const more = now - before;
  return (
    <span className={more > 0 ? 'change more-of-it' : 'change less-of-it'}>
      {more > 0 ? '+' : '−'}
      {Math.abs(more).toLocaleString('en')}
    </span>
  );
}

function Figure({
  label,
  count,
  to,
}: {
  readonly label: string;
  readonly count: number;
  readonly to: string;
}): ReactNode {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <Link href={to} aria-label={`${count} ${label}`}>
          {count.toLocaleString('en')}
        </Link>
      </dd>
    </div>
  );
}
