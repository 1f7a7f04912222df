import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { act } from '../api/answers.ts';
import { leaveSession } from '../api/session.ts';
import { useSession } from '../api/use-session.ts';
import { Menu } from '../ui/menu.tsx';

/** Who is signed in, and how to leave. Nothing where nobody has to sign in. */
export function SessionMenu(): ReactNode {
  const [, go] = useLocation();
  const session = useSession();
  if (session?.needed !== true || !session.signedIn) return null;
  const name = session.client?.replace(/^token:/, '') ?? 'signed in';
  return (
    <Menu
      label={`Signed in as ${name}`}
      icon="leave"
      items={[
        {
          label: `${name.slice(0, 40)}${session.scope === undefined ? '' : ` (${session.scope})`}`,
          icon: 'settings',
          onSelect: () => go('/settings'),
        },
        {
          label: 'Sign out',
          icon: 'leave',
          onSelect: () => {
            act('DELETE /api/session').then(leaveSession, () => undefined);
          },
        },
      ]}
    />
  );
}
