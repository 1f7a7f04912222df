import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useAnswer } from '../../api/use-answer.ts';
import { ImageText, plainText } from '../../ui/image-text.tsx';

/** Containers that the line names. */
const NAMED = 2;

/** Where the image runs now, as far as the map knows; nothing where there is no map. */
export function RunsOn({ id }: { readonly id: string }): ReactNode {
  const { data } = useAnswer('GET /api/images/{id}/containers', { path: { id } });
  if (data === undefined || !data.mapped) return null;
  if (data.count === 0) return <span>no container of it</span>;
  const named = data.containers.slice(0, NAMED);
  return (
    <span>
      {data.running > 0 ? 'runs as ' : 'stopped: '}
      {named.map((container, index) => (
        <span key={container.id}>
          {index > 0 && ', '}
          <Link
            href={`/map?node=${encodeURIComponent(container.id)}`}
            title={plainText(`${container.state} on ${container.host}`).slice(0, 200)}
          >
            <ImageText text={container.label} />
          </Link>
        </span>
      ))}
      {data.count > named.length && ` and ${(data.count - named.length).toLocaleString('en')} more`}
      {data.hosts > 1 && ` on ${data.hosts} hosts`}
    </span>
  );
}
