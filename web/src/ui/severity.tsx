import type { CSSProperties, ReactNode } from 'react';
import type { Severity } from '../../../src/model/severity.ts';

/** The gravest first, as everything is listed. */
export const gravestFirst = ['critical', 'high', 'medium', 'low', 'negligible', 'unknown'] as const;

export type SeverityCount = Readonly<Partial<Record<Severity, number>>>;

/** Shapes that are told apart without their colours: the graver, the more corners stand up. */
const shapes: Readonly<Record<Severity, ReactNode>> = {
  critical: <path d="M3.7 0h4.6L12 3.7v4.6L8.3 12H3.7L0 8.3V3.7z" fill="currentColor" />,
  high: <path d="M6 .5 12 11.5H0z" fill="currentColor" />,
  medium: <path d="M6 0l6 6-6 6-6-6z" fill="currentColor" />,
  low: <path d="M1 1h10v10H1z" fill="none" stroke="currentColor" strokeWidth="2" />,
  negligible: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.6" />,
  unknown: (
    <circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2.2 2.2" />
  ),
};

/** The shape of a severity alone: beside its word, and in legends. */
export function SeverityShape({
  severity,
  size = 11,
}: {
  readonly severity: Severity;
  readonly size?: number;
}): ReactNode {
  return (
    <svg aria-hidden="true" focusable="false" width={size} height={size} viewBox="0 0 12 12">
      {shapes[severity]}
    </svg>
  );
}

export interface SeverityBadgeProps {
  readonly severity: Severity;
  /** On a ground of its own, for places where it stands alone. */
  readonly boxed?: boolean;
}

/** A severity as a shape and its word. */
export function SeverityBadge({ severity, boxed = false }: SeverityBadgeProps): ReactNode {
  return (
    <span className={`severity of-${severity}${boxed ? ' boxed' : ''}`}>
      <SeverityShape severity={severity} />
      {severity[0]?.toUpperCase()}
      {severity.slice(1)}
    </span>
  );
}

export const totalOf = (counts: SeverityCount): number =>
  gravestFirst.reduce((sum, severity) => sum + (counts[severity] ?? 0), 0);

/** In words: `2 critical, 5 high`. */
export function inWords(counts: SeverityCount): string {
  const parts = gravestFirst
    .filter((severity) => (counts[severity] ?? 0) > 0)
    .map((severity) => `${counts[severity]!.toLocaleString('en')} ${severity}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** How many of each severity, in one line; those that do not occur are left out. */
export function SeverityCounts({ counts }: { readonly counts: SeverityCount }): ReactNode {
  const found = gravestFirst.filter((severity) => (counts[severity] ?? 0) > 0);
  if (found.length === 0) return <span className="faint">none</span>;
  return (
    <span className="severity-counts">
      {found.map((severity) => (
        <span key={severity} className={`severity of-${severity}`} title={`${counts[severity]} ${severity}`}>
          <SeverityShape severity={severity} size={9} />
          {counts[severity]!.toLocaleString('en')}
          <span className="unseen"> {severity}</span>
        </span>
      ))}
    </span>
  );
}

/** The shares of severities as one bar. Its words stand in its label. */
export function SeverityBar({ counts }: { readonly counts: SeverityCount }): ReactNode {
  return (
    <div className="severity-bar" role="img" aria-label={inWords(counts)} title={inWords(counts)}>
      {gravestFirst.map((severity) =>
        (counts[severity] ?? 0) > 0 ? (
          <div key={severity} className={`of-${severity}`} style={{ '--share': counts[severity] } as CSSProperties} />
        ) : null,
      )}
    </div>
  );
}
