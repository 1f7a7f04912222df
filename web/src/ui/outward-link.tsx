import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import { ImageText } from './image-text.tsx';

/** Whether an address that an image or an advisory names may be followed. */
export function isWebAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol } = new URL(address);
  return protocol === 'http:' || protocol === 'https:';
}

/** An address that somebody else wrote: followed on request only, and only when it is one of the web; else its text. */
export function OutwardLink({ to, children }: { readonly to: string; readonly children?: ReactNode }): ReactNode {
  const text = children ?? <ImageText text={to} />;
  if (!isWebAddress(to)) return text;
  return (
    <a href={to} target="_blank" rel="noreferrer noopener">
      {text} <Icon name="outward" size={11} />
      <span className="unseen"> (another site, in a new tab)</span>
    </a>
  );
}
