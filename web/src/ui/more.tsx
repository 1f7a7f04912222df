import { type ReactNode, useEffect, useRef } from 'react';
import { Button } from './button.tsx';

/** The end of what is here of a list: the rest comes when it is scrolled to, or on request. */
export function More({
  onMore,
  loading,
}: {
  readonly onMore: (() => void) | undefined;
  readonly loading: boolean;
}): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(onMore);
  latest.current = onMore;
  const there = onMore !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: an end that is still seen after a page came is looked at anew
  useEffect(() => {
    const end = place.current;
    if (end === null || !there) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) latest.current?.();
      },
      { rootMargin: '400px' },
    );
    observer.observe(end);
    return () => observer.disconnect();
  }, [there, loading]);
  if (onMore === undefined) return null;
  return (
    <div ref={place} className="more no-print">
      <Button kind="quiet" onClick={onMore} disabled={loading}>
        {loading ? 'Loading more …' : 'Show more'}
      </Button>
    </div>
  );
}
