import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { SubmittedImage } from '../api/schema.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { ImageText } from '../ui/image-text.tsx';

const states: Readonly<Record<SubmittedImage['state'], readonly [word: string, tone: Tone]>> = {
  queued: ['waiting', 'neutral'],
  scanning: ['scanning', 'accent'],
  done: ['scanned', 'good'],
  failed: ['failed', 'bad'],
};

export function StateBadge({ state }: { readonly state: SubmittedImage['state'] }): ReactNode {
  const [word, tone] = states[state];
  return <Badge tone={tone}>{word}</Badge>;
}

export const addressOfImage = (id: string): string => `/images/${encodeURIComponent(id)}`;
export const addressOfVulnerability = (id: string): string => `/vulnerabilities/${encodeURIComponent(id)}`;

/** A reference without what says how it came. */
export function shortReference(reference: string): string {
  return reference.replace(/^(?:upload|observe):/, '').replace(/^docker\.io\/(?:library\/)?/, '');
}

/** How it came here, where that is not by its name in a registry. */
export function originOf(reference: string): 'uploaded' | 'run' | undefined {
  if (reference.startsWith('upload:')) return 'uploaded';
  return reference.startsWith('observe:') ? 'run' : undefined;
}

/** An image by its name; a link to it where its id is given. */
export function ImageName({ reference, id }: { readonly reference: string; readonly id?: string }): ReactNode {
  const origin = originOf(reference);
  const name = <ImageText text={shortReference(reference)} className="mono" />;
  return (
    <>
      {id === undefined ? name : <Link href={addressOfImage(id)}>{name}</Link>}
      {origin !== undefined && <span className="badge">{origin}</span>}
    </>
  );
}
