import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Overview } from '../../api/schema.ts';
import { Icon, type IconName } from '../../ui/icon.tsx';

type Kind = Overview['todo'][number]['kind'];

interface Words {
  readonly icon: IconName;
  readonly tone: 'bad' | 'warn' | 'info';
  /** With one and with several; `#` is the number. */
  readonly one: string;
  readonly many: string;
  readonly why: string;
  readonly to: string;
}

const words: Readonly<Record<Kind, Words>> = {
  'no-advisories': {
    ...{ icon: 'feeds', tone: 'bad', one: 'There are no advisories yet', many: 'There are no advisories yet' },
    ...{ why: 'No vulnerability can be found before the feeds were read once.', to: '/feeds' },
  },
  malware: {
    ...{ icon: 'failed', tone: 'bad', one: '# image contains malware', many: '# images contain malware' },
    ...{ why: 'Files that rules or digests know as malicious.', to: '/images?concern=malware' },
  },
  exploited: {
    ...{ icon: 'warning', tone: 'bad', one: '# image is open to what is exploited' },
    ...{ many: '# images are open to what is exploited' },
    ...{ why: 'With a vulnerability that attackers are known to use.', to: '/images?exploited=true&latest=true' },
  },
  'fixable-critical': {
    ...{ icon: 'warning', tone: 'bad', one: '# image has a critical finding with a fix' },
    ...{ many: '# images have critical findings with a fix' },
    ...{ why: 'An upgrade ends what was found.', to: '/images?concern=fixable-critical' },
  },
  secret: {
    ...{ icon: 'warning', tone: 'bad', one: '# image contains a secret', many: '# images contain secrets' },
    ...{ why: 'Whoever has the image has the key: change it.', to: '/images?kind=secret&latest=true' },
  },
  failed: {
    ...{ icon: 'failed', tone: 'warn', one: '# image could not be scanned', many: '# images could not be scanned' },
    ...{ why: 'Nothing is known of what is inside.', to: '/images?concern=failed' },
  },
  incomplete: {
    ...{
      icon: 'info',
      tone: 'warn',
      one: '# image was not read completely',
      many: '# images were not read completely',
    },
    ...{ why: 'Something inside was not read or not judged.', to: '/images?complete=false&latest=true' },
  },
  'feed-failed': {
    ...{ icon: 'feeds', tone: 'warn', one: '# feed could not be read', many: '# feeds could not be read' },
    ...{ why: 'What would have been told is missing.', to: '/feeds' },
  },
  'feed-stale': {
    ...{ icon: 'feeds', tone: 'warn', one: '# feed was not read for a week', many: '# feeds were not read for a week' },
    ...{ why: 'New vulnerabilities are not known here.', to: '/feeds' },
  },
  'end-of-life': {
    ...{ icon: 'info', tone: 'warn', one: '# image stands on an ended distribution' },
    ...{ many: '# images stand on ended distributions' },
    ...{
      why: 'The distribution is mended no more; advisories may not speak of it.',
      to: '/images?endOfLife=true&latest=true',
    },
  },
  'unread-notifications': {
    ...{ icon: 'bell', tone: 'info', one: '# notification is unread', many: '# notifications are unread' },
    ...{ why: 'What became known, or was judged anew.', to: '/notifications' },
  },
};

/** What needs doing today, the most urgent first. */
export function TodoList({ todo }: { readonly todo: Overview['todo'] }): ReactNode {
  if (todo.length === 0) {
    return (
      <div className="panel todo-none">
        <Icon name="check" size={20} />
        <div className="stack close">
          <h2>Nothing needs doing today</h2>
          <p className="soft">No image has malware, secrets, or what is exploited or critical and has a fix.</p>
        </div>
      </div>
    );
  }
  return (
    <section aria-labelledby="todo" className="stack">
      <h2 id="todo">Needs doing today</h2>
      <ul className="todo">
        {todo.map(({ kind, count }) => (
          <li key={kind}>
            <TodoItem kind={kind} count={count} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function TodoItem({ kind, count }: { readonly kind: Kind; readonly count: number }): ReactNode {
  const { icon, tone, one, many, why, to } = words[kind];
  return (
    <Link href={to} className={`panel ${tone}`}>
      <Icon name={icon} size={20} />
      <span className="stack close grow">
        <strong>{(count === 1 ? one : many).replace('#', count.toLocaleString('en'))}</strong>
        <span className="soft">{why}</span>
      </span>
      <Icon name="right" />
    </Link>
  );
}
