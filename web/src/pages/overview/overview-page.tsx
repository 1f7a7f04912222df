import { type ReactNode, useEffect } from 'react';
import { Link } from 'wouter';
import type { Overview } from '../../api/schema.ts';
import { noteUnread } from '../../api/unread.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { PageFrame } from '../../ui/page-frame.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty, Failed, Skeleton } from '../../ui/states.tsx';
import { Time } from '../../ui/time.tsx';
import { FirstSteps } from '../first-steps.tsx';
import { ImageRows } from '../images/image-rows.tsx';
import { VulnerabilityRows } from '../vulnerabilities/vulnerability-rows.tsx';
import { Figures } from './figures.tsx';
import { TodoList } from './todo-list.tsx';
import { TrendChart } from './trend-chart.tsx';

/** What needs doing today, first; then how it stands. */
export function OverviewPage(): ReactNode {
  const overview = useAnswer('GET /api/overview', {}, { every: 60_000 });
  const { data } = overview;
  useEffect(() => noteUnread(data), [data]);
  const isEmpty = data !== undefined && Object.values(data.states).every((count) => count === 0);
  return (
    <PageFrame
      title="Overview"
      lead={
        data !== undefined && !isEmpty ? (
          <>
            {data.now.images === 1 ? '1 image' : `${data.now.images.toLocaleString('en')} images`}, judged by advisories
            that were read <Time at={data.advisories.oldest} absent="never" />
          </>
        ) : undefined
      }
    >
      {overview.error !== undefined && <Failed what="The overview" error={overview.error} onRetry={overview.again} />}
      {data === undefined && overview.error === undefined && <Skeleton lines={12} />}
      {data !== undefined && (isEmpty ? <FirstSteps /> : <Known overview={data} />)}
    </PageFrame>
  );
}

function Known({ overview }: { readonly overview: Overview }): ReactNode {
  const { todo, worst, widespread, exploited } = overview;
  return (
    <>
      <TodoList todo={todo} />
      <Figures overview={overview} />
      <div className="two-columns">
        <div className="stack wide">
          <Trend />
          <Panel title="Worst images" flush aside={<Link href="/images?sort=severity&latest=true">All</Link>}>
            {worst.length === 0 ? (
              <Empty title="No image has a finding" level={3} />
            ) : (
              <ImageRows images={worst.slice(0, 8)} compact />
            )}
          </Panel>
        </div>
        <div className="stack wide">
          <Panel title="Known to be exploited" flush aside={<Link href="/vulnerabilities?exploited=true">All</Link>}>
            {exploited.length === 0 ? (
              <Empty title="None of what attackers are known to use" level={3} />
            ) : (
              <VulnerabilityRows vulnerabilities={exploited.slice(0, 6)} />
            )}
          </Panel>
          <Panel title="Most widespread" flush aside={<Link href="/vulnerabilities">All</Link>}>
            {widespread.length === 0 ? (
              <Empty title="No vulnerability is known in any image" level={3} />
            ) : (
              <VulnerabilityRows vulnerabilities={widespread.slice(0, 8)} />
            )}
          </Panel>
        </div>
      </div>
    </>
  );
}

function Trend(): ReactNode {
  const trends = useAnswer('GET /api/trends', { query: { days: 30 } });
  const days = trends.data?.days ?? [];
  return (
    <Panel title="Findings over time" aside={<span className="soft">30 days</span>}>
      {trends.error !== undefined && <Failed what="The days" error={trends.error} onRetry={trends.again} />}
      {trends.data === undefined && trends.error === undefined && <Skeleton lines={5} />}
      {days.length > 0 && <TrendChart days={days} />}
      {days.length === 1 && <p className="soft">This is the first day; the next one stands beside it tomorrow.</p>}
    </Panel>
  );
}
