import { type ReactNode, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { percentWords } from '../../../../src/report/words.ts';
import type { Finding, Report } from '../../api/schema.ts';
import { Badge } from '../../ui/badge.tsx';
import { IconButton } from '../../ui/button.tsx';
import { Copy } from '../../ui/copy.tsx';
import { ImageText } from '../../ui/image-text.tsx';
import { OutwardLink } from '../../ui/outward-link.tsx';
import { SeverityBadge } from '../../ui/severity.tsx';
import { fromWords, kindWord, useWords } from '../words.ts';
import { Decision } from './finding-decision.tsx';
import { Witnesses } from './finding-witnesses.tsx';
import { Part } from './part.tsx';

export interface FindingDetailsProps {
  readonly finding: Finding;
  readonly report: Report;
  readonly onClose: () => void;
  readonly vulnerabilityLink?: ((id: string) => string) | undefined;
}

/** Places that are named one by one. */
const PLACES = 20;

/** Everything that is known of one finding: what to do, where it is, and how it was decided. */
export function FindingDetails(props: FindingDetailsProps): ReactNode {
  const { finding, report, onClose, vulnerabilityLink } = props;
  const { id, title, severity, kind, score, use, suppressed, baseline, aliases, related = [] } = finding;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <section
      className="finding-details"
      aria-labelledby="finding-title"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <header>
        <div className="side apart">
          <span className="side close">
            <SeverityBadge severity={severity} boxed />
            <span className="soft">{kindWord[kind]}</span>
          </span>
          <span className="side close">
            <Copy text={JSON.stringify(finding, null, 2)} label="Copy this finding as JSON" />
            <IconButton small icon="close" label="Close the details" onClick={onClose} />
          </span>
        </div>
        <h2 id="finding-title" tabIndex={-1} ref={heading}>
          <ImageText text={id} className="finding-id" />
          <Copy text={id} label="Copy the id" />
        </h2>
        {title !== id && (
          <p className="finding-title">
            <ImageText text={title} lines />
          </p>
        )}
        <div className="side close">
          {score?.kev === true && <Badge tone="bad">known to be exploited</Badge>}
          {use !== undefined && <Badge tone={use === 'not-seen' ? 'neutral' : 'warn'}>{useWords[use]}</Badge>}
          {score?.epss !== undefined && <Badge>EPSS {percentWords(score.epss)}</Badge>}
          {baseline !== undefined && <Badge tone={baseline === 'known' ? 'neutral' : 'accent'}>{baseline}</Badge>}
          {suppressed !== undefined && <Badge>accepted</Badge>}
        </div>
      </header>
      <ToDo finding={finding} />
      {suppressed !== undefined && <Accepted suppressed={suppressed} />}
      <Where finding={finding} report={report} />
      <Decision finding={finding} />
      {finding.witnesses !== undefined && finding.witnesses.length > 0 && <Witnesses witnesses={finding.witnesses} />}
      <Use finding={finding} report={report} />
      <Part title="See also">
        <ul className="stack close">
          {kind === 'vulnerability' && vulnerabilityLink !== undefined && (
            <li>
              <Link href={vulnerabilityLink(id)}>Where else do we have it?</Link>
            </li>
          )}
          {finding.source.url !== undefined && (
            <li>
              <OutwardLink to={finding.source.url}>
                <ImageText text={finding.source.url} />
              </OutwardLink>
            </li>
          )}
          {[id, ...aliases].filter(isCve).map((cve) => (
            <li key={cve}>
              <OutwardLink to={`https://www.cve.org/CVERecord?id=${cve}`}>{cve} at cve.org</OutwardLink>
            </li>
          ))}
          {aliases.length > 0 && (
            <li>
              also called: <Names names={aliases} />
            </li>
          )}
          {related.length > 0 && (
            <li>
              belongs to it: <Names names={related} />
            </li>
          )}
        </ul>
      </Part>
    </section>
  );
}

function isCve(id: string): boolean {
  return /^CVE-\d{4}-\d{4,10}$/.test(id);
}

/** Names between commas, the first of them: a notice may stand for hundreds. */
function Names({ names }: { readonly names: readonly string[] }): ReactNode {
  const shown = names.slice(0, PLACES);
  return (
    <>
      {shown.map((name, place) => (
        <span key={name}>
          {place > 0 && ', '}
          <ImageText text={name} />
        </span>
      ))}
      {names.length > shown.length && ` and ${(names.length - shown.length).toLocaleString('en')} more`}
    </>
  );
}

function ToDo({ finding }: { readonly finding: Finding }): ReactNode {
  const { remediation, fixedVersion, upgradeTo, kind, package: pkg } = finding;
  if (remediation === undefined && kind !== 'vulnerability') return null;
  return (
    <Part title="What to do">
      {kind === 'vulnerability' && (
        <p>
          {fixedVersion === undefined ? (
            'No version that fixes it is known yet.'
          ) : (
            <>
              Fixed in <ImageText mono text={fixedVersion} />
              {pkg !== undefined && (
                <>
                  , installed is <ImageText mono text={pkg.version} />
                </>
              )}
              {upgradeTo !== undefined && upgradeTo !== fixedVersion && (
                <>
                  . <ImageText mono text={upgradeTo} /> fixes everything of the package that can be fixed
                </>
              )}
              .
            </>
          )}
        </p>
      )}
      {remediation !== undefined && (
        <div className="with-copy">
          <ImageText className="remediation grow" text={remediation} lines />
          <Copy text={remediation} label="Copy what to do" />
        </div>
      )}
    </Part>
  );
}

function Accepted({ suppressed }: { readonly suppressed: NonNullable<Finding['suppressed']> }): ReactNode {
  const { by, reason, expires, owner, justification } = suppressed;
  return (
    <Part title="Accepted">
      <dl className="facts">
        <dt>by</dt>
        <dd>
          <ImageText mono text={by} />
        </dd>
        <dt>because</dt>
        <dd>
          <ImageText text={reason} lines />
          {justification !== undefined && (
            <>
              {' '}
              (<ImageText text={justification} />)
            </>
          )}
        </dd>
        <dt>until</dt>
        <dd>{expires === undefined ? 'no end is given' : <ImageText text={expires} />}</dd>
        {owner !== undefined && (
          <>
            <dt>owner</dt>
            <dd>
              <ImageText text={owner} />
            </dd>
          </>
        )}
      </dl>
    </Part>
  );
}

function Where({ finding, report }: { readonly finding: Finding; readonly report: Report }): ReactNode {
  const { package: pkg, location, locations = [], layer, historyIndex, hiddenBy, from } = finding;
  const others = locations.slice(1, PLACES + 1);
  const left = locations.length - 1 - others.length;
  const entry = historyIndex === undefined ? undefined : report.image.history[historyIndex];
  return (
    <Part title="Where it is">
      <dl className="facts">
        {pkg !== undefined && (
          <>
            <dt>package</dt>
            <dd>
              <ImageText text={pkg.name} /> <ImageText mono text={pkg.version} />
              <div className="with-copy">
                <ImageText mono className="soft" text={pkg.purl} />
                <Copy text={pkg.purl} label="Copy the package URL" />
              </div>
            </dd>
          </>
        )}
        {location !== undefined && (
          <>
            <dt>file</dt>
            <dd>
              <div className="with-copy">
                <span>
                  <ImageText mono text={location.path} />
                  {location.line !== undefined && `, line ${location.line}`}
                  {location.line === undefined && location.offset !== undefined && `, byte ${location.offset}`}
                </span>
                <Copy text={location.path} label="Copy the path" />
              </div>
              {others.length > 0 && (
                <ul className="stack close soft">
                  {others.map(({ path, layer: index }) => (
                    <li key={`${index} ${path}`}>
                      layer {index}: <ImageText mono text={path} />
                    </li>
                  ))}
                  {left > 0 && <li>and {left.toLocaleString('en')} more places</li>}
                </ul>
              )}
            </dd>
          </>
        )}
        {layer !== undefined && (
          <>
            <dt>layer</dt>
            <dd>
              {layer.index}
              {layer.instruction !== undefined && (
                <>
                  {': '}
                  <ImageText mono text={layer.instruction} lines />
                </>
              )}
            </dd>
          </>
        )}
        {layer === undefined && entry !== undefined && (
          <>
            <dt>history</dt>
            <dd>
              entry {entry.index}: <ImageText mono text={entry.instruction} lines />
            </dd>
          </>
        )}
        {hiddenBy !== undefined && (
          <>
            <dt>hidden by</dt>
            <dd>
              layer {hiddenBy.index}, but it is still in the image
              {hiddenBy.instruction !== undefined && (
                <>
                  {': '}
                  <ImageText mono text={hiddenBy.instruction} lines />
                </>
              )}
            </dd>
          </>
        )}
        <dt>brought by</dt>
        <dd>{fromWords[from]}</dd>
      </dl>
    </Part>
  );
}

/** What a watched run did with it. */
function Use({ finding, report }: { readonly finding: Finding; readonly report: Report }): ReactNode {
  if (finding.use === undefined) return null;
  const used = report.observation?.packagesInUse.find(({ purl }) => purl === finding.package?.purl);
  return (
    <Part title="Use">
      <p>
        {finding.use === 'not-seen'
          ? 'The watched run did not use it. Another one may: not seen never means safe.'
          : `A watched run of the image used it: ${useWords[finding.use]}.`}
      </p>
      {used !== undefined && (
        <ul className="stack close">
          {used.files.map((path) => (
            <li key={path}>
              <ImageText mono text={path} />
            </li>
          ))}
          {used.count > used.files.length && (
            <li className="soft">and {(used.count - used.files.length).toLocaleString('en')} more files of it</li>
          )}
        </ul>
      )}
    </Part>
  );
}
