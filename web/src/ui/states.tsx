import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';

/** There is nothing, and what to do next. */
export function Empty({
  title,
  children,
  level = 2,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly level?: 2 | 3;
}): ReactNode {
  const Heading = `h${level}` as const;
  return (
    <div className="empty">
      <Heading>{title}</Heading>
      {children}
    </div>
  );
}

const icons: Readonly<Record<'bad' | 'warn' | 'good' | 'info', IconName>> = {
  bad: 'failed',
  warn: 'warning',
  good: 'check',
  info: 'info',
};

/** Something that has to be known, in its place. */
export function Notice({
  tone = 'info',
  children,
  urgent = false,
}: {
  readonly tone?: 'bad' | 'warn' | 'good' | 'info';
  readonly children: ReactNode;
  /** It is read out at once when it comes. */
  readonly urgent?: boolean;
}): ReactNode {
  return (
    <div className={`notice ${tone}`} {...(urgent && { role: 'alert' })}>
      <Icon name={icons[tone]} />
      <div className="stack close grow">{children}</div>
    </div>
  );
}

/** It could not be had: what happened, and another try. */
export function Failed({
  what,
  error,
  onRetry,
}: {
  /** What was asked for: `The list of images`. */
  readonly what: string;
  readonly error: Error;
  readonly onRetry?: () => void;
}): ReactNode {
  // The banner says that the service is gone, once for all that waits for it.
  if (error.name === 'Unreachable') return <p className="soft">{what} will be here when the service is back.</p>;
  return (
    <Notice tone="bad" urgent>
      <strong>{what} could not be loaded</strong>
      <p className="image-text">{error.message}</p>
      {onRetry !== undefined && (
        <div>
          <Button small icon="refresh" onClick={onRetry}>
            Try again
          </Button>
        </div>
      )}
    </Notice>
  );
}

const widths = ['72%', '48%', '86%', '60%', '38%', '78%'];

/** Where lines will be. */
export function Skeleton({ lines = 4 }: { readonly lines?: number }): ReactNode {
  return (
    <div aria-busy="true">
      <span className="unseen">Loading …</span>
      {Array.from({ length: lines }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are all alike
        <span key={index} aria-hidden="true" className="skeleton" style={{ width: widths[index % widths.length] }} />
      ))}
    </div>
  );
}
