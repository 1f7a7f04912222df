import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { ImageDiff } from '../../api/schema.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { ImageText } from '../../ui/image-text.tsx';
import { SeverityBadge } from '../../ui/severity.tsx';
import { Empty, Notice } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Moment } from '../../ui/time.tsx';
import { useAddress } from '../../ui/use-address.ts';
import { addressOfVulnerability } from '../image-words.tsx';

type Change = ImageDiff['findings'][number];

const kinds: readonly { readonly change: Change['change']; readonly label: string; readonly tone: Tone }[] = [
  { change: 'new', label: 'New', tone: 'bad' },
  { change: 'gone', label: 'Gone', tone: 'good' },
  { change: 'changed', label: 'Changed', tone: 'warn' },
];

const causes: Readonly<Record<Change['cause'], string>> = {
  image: 'the image changed',
  database: 'advisories changed',
  severity: 'its severity changed',
  exploitation: 'it is exploited now',
  fix: 'there is a fix now',
  suppression: 'what is accepted changed',
  tool: 'Drydock changed',
  unknown: 'not known why',
};

/** Findings of a kind that are drawn; the rest is said. */
const MOST_FINDINGS = 500;

/** A comparison: what it says first, then the findings by what happened to them, then the packages. */
export function DiffView({ diff, stale }: { readonly diff: ImageDiff; readonly stale: boolean }): ReactNode {
  const [view] = useAddress('show');
  const counts = new Map(kinds.map(({ change }) => [change, diff.findings.filter((each) => each.change === change)]));
  const current =
    view === '' ? (kinds.find(({ change }) => counts.get(change)!.length > 0)?.change ?? 'packages') : view;
  const to = (name: string): string => {
    const words = new URLSearchParams(location.search);
    words.set('show', name);
    return `/compare?${words}`;
  };
  return (
    <div className={stale ? 'stack wide stale' : 'stack wide'}>
      <Sides diff={diff} />
      <div className="stack">
        <Tabs
          label="Parts of the comparison"
          current={current}
          tabs={[
            ...kinds.map(({ change, label }) => ({
              ...{ name: change, label, to: to(change) },
              count: counts.get(change)!.length,
            })),
            { name: 'packages', label: 'Packages', count: diff.packages.length, to: to('packages') },
          ]}
        />
        {current === 'packages' ? (
          <PackageChanges packages={diff.packages} />
        ) : (
          <FindingChanges changes={counts.get(current as Change['change']) ?? []} />
        )}
        <p className="soft">{diff.unchanged.toLocaleString('en')} findings are as they were.</p>
      </div>
    </div>
  );
}

function Sides({ diff: { before, after, sameImage } }: { readonly diff: ImageDiff }): ReactNode {
  const incomplete = [before, after].filter(({ complete }) => !complete);
  return (
    <div className="stack">
      {incomplete.length > 0 && (
        <Notice tone="warn">
          <strong>{incomplete.length === 2 ? 'Both scans are incomplete' : 'One of the scans is incomplete'}</strong>
          <p>What is missing there proves nothing: it may have been there and not been read.</p>
        </Notice>
      )}
      <p>
        {sameImage ? 'The same image at two times. ' : ''}
        <ImageText text={before.reference} mono /> had {before.findings.toLocaleString('en')} findings on{' '}
        <Moment at={before.createdAt} />, <ImageText text={after.reference} mono />{' '}
        {after.findings.toLocaleString('en')} on <Moment at={after.createdAt} />.
      </p>
    </div>
  );
}

function FindingChanges({ changes }: { readonly changes: readonly Change[] }): ReactNode {
  if (changes.length === 0) return <Empty title="None" level={3} />;
  return (
    <ul className="panel rows">
      {changes.slice(0, MOST_FINDINGS).map((change, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same id may be found at several places
        <li key={index} className="row change-row">
          <FindingChange change={change} />
        </li>
      ))}
      {changes.length > MOST_FINDINGS && (
        <li className="row soft">
          and {(changes.length - MOST_FINDINGS).toLocaleString('en')} more: the API has all of them
        </li>
      )}
    </ul>
  );
}

function FindingChange({ change: { cause, evidence, before, after } }: { readonly change: Change }): ReactNode {
  const finding = after ?? before;
  if (finding === undefined) return null;
  const graver = before !== undefined && after !== undefined && before.severity !== after.severity;
  return (
    <>
      <span className="severity-place">
        <SeverityBadge severity={finding.severity} />
      </span>
      <div className="stack close grow">
        <span className="side close">
          {finding.kind === 'vulnerability' ? (
            <Link href={addressOfVulnerability(finding.id)}>
              <ImageText text={finding.id} />
            </Link>
          ) : (
            <ImageText text={finding.id} />
          )}
          {finding.package !== undefined && (
            <ImageText text={`${finding.package.name} ${finding.package.version}`} mono className="soft" />
          )}
          {graver && <Badge>was {before.severity}</Badge>}
          <Badge tone={cause === 'image' ? 'accent' : 'neutral'}>{causes[cause]}</Badge>
        </span>
        <span className="soft">
          <ImageText text={evidence} />
        </span>
      </div>
    </>
  );
}

function PackageChanges({ packages }: { readonly packages: ImageDiff['packages'] }): ReactNode {
  if (packages.length === 0) return <Empty title="The packages are the same" level={3} />;
  return (
    <div className="panel table-scroll">
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">Package</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {packages.slice(0, 2000).map((pkg) => (
            <tr key={`${pkg.type} ${pkg.name} ${pkg.arch ?? ''}`}>
              <td>
                <ImageText text={pkg.name} mono /> <span className="faint">{pkg.type}</span>
              </td>
              <td>
                <Versions versions={pkg.before} />
              </td>
              <td>
                <Versions versions={pkg.after} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Versions({ versions }: { readonly versions: readonly string[] }): ReactNode {
  return versions.length === 0 ? (
    <span className="faint">not there</span>
  ) : (
    <ImageText text={versions.join(', ')} mono />
  );
}
