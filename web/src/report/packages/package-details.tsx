import { type ReactNode, useEffect, useRef } from 'react';
import type { Report } from '../../api/schema.ts';
import { IconButton } from '../../ui/button.tsx';
import { Copy } from '../../ui/copy.tsx';
import { ImageText } from '../../ui/image-text.tsx';
import { SeverityCounts } from '../../ui/severity.tsx';
import { AddressLink } from '../address-link.tsx';
import { Part } from '../findings/part.tsx';
import type { PackageRow } from './package-list.ts';

/** Places, names and packages that are told one by one. */
const TOLD = 30;

/** Everything that is known of one package. */
export function PackageDetails(props: {
  readonly row: PackageRow;
  readonly report: Report;
  readonly onClose: () => void;
}): ReactNode {
  const { row, report, onClose } = props;
  const { pkg, findings, bySeverity, use } = row;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const layer = report.image.layers.find(({ index }) => index === pkg.layer.index);
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['type', pkg.type],
    ['architecture', pkg.arch],
    ['source', pkg.source === undefined ? undefined : `${pkg.source.name} ${pkg.source.version}`],
    ['distribution', pkg.distribution],
    ['vendor', pkg.vendor],
    ['stream', pkg.modularity],
    ['licences', pkg.licences.length === 0 ? undefined : pkg.licences.slice(0, TOLD).join(', ')],
    ['owned by', pkg.ownedBy],
    ['known from', pkg.evidence],
    ['within', pkg.within],
    ['presence', pkg.presence === 'recovered' ? 'recovered: its database no longer lists it' : undefined],
    ['use', use],
  ];
  return (
    <section
      className="finding-details"
      aria-labelledby="package-title"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <header>
        <div className="side apart">
          <span className="soft">package</span>
          <IconButton small icon="close" label="Close the details" onClick={onClose} />
        </div>
        <h2 id="package-title" tabIndex={-1} ref={heading}>
          <ImageText text={pkg.name} />
        </h2>
        <ImageText mono text={pkg.version} />
        <div className="with-copy">
          <ImageText mono className="soft" text={pkg.purl} />
          <Copy text={pkg.purl} label="Copy the package URL" />
        </div>
      </header>
      <Part title="Findings">
        {findings === 0 ? (
          <p className="soft">None is known.</p>
        ) : (
          <AddressLink
            changes={{ tab: undefined, finding: undefined, layer: undefined, q: `"${pkg.name} ${pkg.version}"` }}
          >
            <SeverityCounts counts={bySeverity} /> show
          </AddressLink>
        )}
      </Part>
      <Part title="About it">
        <dl className="facts">
          {facts.map(
            ([name, value]) =>
              value !== undefined && (
                <div key={name} className="fact-pair">
                  <dt>{name}</dt>
                  <dd>
                    <ImageText text={value} />
                  </dd>
                </div>
              ),
          )}
          <div className="fact-pair">
            <dt>layer</dt>
            <dd>
              {pkg.layer.index}
              {layer?.instruction !== undefined && (
                <>
                  {': '}
                  <ImageText mono text={layer.instruction} />
                </>
              )}
              {pkg.introducedIn !== undefined && ` (first in layer ${pkg.introducedIn.index}, in another version)`}
            </dd>
          </div>
        </dl>
      </Part>
      <Names title="Where it stands" names={pkg.locations} />
      {pkg.dependsOn !== undefined && <Names title="Needs" names={pkg.dependsOn} />}
    </section>
  );
}

function Names({ title, names }: { readonly title: string; readonly names: readonly string[] }): ReactNode {
  if (names.length === 0) return null;
  return (
    <Part title={title}>
      <ul className="stack close">
        {names.slice(0, TOLD).map((name) => (
          <li key={name}>
            <ImageText mono text={name} />
          </li>
        ))}
        {names.length > TOLD && <li className="soft">and {(names.length - TOLD).toLocaleString('en')} more</li>}
      </ul>
    </Part>
  );
}
