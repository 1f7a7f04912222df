import type { ReactNode, SubmitEvent } from 'react';
import { useLocation } from 'wouter';
import { usePages } from '../../api/use-pages.ts';
import { LinkButton } from '../../ui/button.tsx';
import { SearchField, SelectField } from '../../ui/field.tsx';
import { More } from '../../ui/more.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { gravestFirst } from '../../ui/severity.tsx';
import { Empty, Failed, Skeleton } from '../../ui/states.tsx';
import { useAddress } from '../../ui/use-address.ts';
import { useTyped } from '../../ui/use-typed.ts';
import { addressOfVulnerability } from '../image-words.tsx';
import { VulnerabilityRows } from './vulnerability-rows.tsx';

type Sort = 'images' | 'severity' | 'name';

const severities = [
  { value: '', label: 'All severities' },
  ...gravestFirst.map((severity) => ({ value: severity, label: `${severity[0]?.toUpperCase()}${severity.slice(1)}` })),
];
const exploits = [
  { value: '', label: 'Exploited or not' },
  { value: 'true', label: 'Known to be exploited' },
  { value: 'false', label: 'Not known to be' },
];
const fixes = [
  { value: '', label: 'With and without a fix' },
  { value: 'true', label: 'With a fix' },
  { value: 'false', label: 'Without a fix' },
];
const orders = [
  { value: '', label: 'Most images first' },
  { value: 'severity', label: 'Gravest first' },
  { value: 'name', label: 'By name' },
];

const isAnswer = (word: string): word is 'true' | 'false' => word === 'true' || word === 'false';

/** Every vulnerability that an image has, with how many have it. */
export function VulnerabilitiesPage(): ReactNode {
  const [, go] = useLocation();
  const [typed, q, type] = useTyped('q');
  const [severity, setSeverity] = useAddress('severity');
  const [exploited, setExploited] = useAddress('exploited');
  const [fixable, setFixable] = useAddress('fixable');
  const [sort, setSort] = useAddress('sort');
  const list = usePages('GET /api/vulnerabilities', {
    query: {
      limit: 100,
      ...(q !== '' && { q }),
      ...(severity !== '' && { severity }),
      ...(isAnswer(exploited) && { exploited }),
      ...(isAnswer(fixable) && { fixable }),
      ...(sort !== '' && { sort: sort as Sort }),
    },
  });
  const found = list.pages.flatMap((page) => page.vulnerabilities);
  const open = (event: SubmitEvent): void => {
    event.preventDefault();
    if (typed.trim() !== '') go(addressOfVulnerability(typed.trim()));
  };
  return (
    <PageFrame title="Vulnerabilities" lead="What the last scan of each image has, by how far it has spread.">
      <search>
        <form className="side" onSubmit={open}>
          <div className="grow list-search">
            <SearchField
              label="Beginning of a name: CVE-2024-"
              value={typed}
              onChange={(event) => type(event.target.value)}
            />
          </div>
          <SelectField
            label="Severity"
            labelUnseen
            choices={severities}
            value={severity}
            onChange={(event) => setSeverity(event.target.value)}
          />
          <SelectField
            label="Exploited"
            labelUnseen
            choices={exploits}
            value={exploited}
            onChange={(event) => setExploited(event.target.value)}
          />
          <SelectField
            label="Fix"
            labelUnseen
            choices={fixes}
            value={fixable}
            onChange={(event) => setFixable(event.target.value)}
          />
          <SelectField
            label="Order"
            labelUnseen
            choices={orders}
            value={sort}
            onChange={(event) => setSort(event.target.value)}
          />
        </form>
      </search>
      {list.error !== undefined && <Failed what="The vulnerabilities" error={list.error} onRetry={list.again} />}
      {list.pages.length === 0 && list.loading && <Skeleton lines={10} />}
      {list.pages.length > 0 && found.length === 0 && <NoneFits q={q} />}
      {found.length > 0 && (
        <div className={list.stale ? 'panel stale' : 'panel'}>
          <VulnerabilityRows vulnerabilities={found} />
          <More onMore={list.more} loading={list.loadingMore} />
        </div>
      )}
    </PageFrame>
  );
}

function NoneFits({ q }: { readonly q: string }): ReactNode {
  return (
    <Empty title="No image has one that fits">
      {q === '' ? (
        <p>Of what the feeds say today. Other filters may show more.</p>
      ) : (
        <>
          <p>Whether a feed speaks of it is another question:</p>
          <LinkButton to={addressOfVulnerability(q)}>What is said of {q.slice(0, 60)}</LinkButton>
        </>
      )}
    </Empty>
  );
}
