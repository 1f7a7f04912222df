import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { act } from '../api/answers.ts';
import { leaveSession } from '../api/session.ts';
import { tellTabs } from '../api/session-tabs.ts';
import { useSession } from '../api/use-session.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Menu } from '../ui/menu.tsx';

/** Who is signed in, and how to leave. Nothing where nobody has to sign in. */
export function SessionMenu(): ReactNode {
  const [, go] = useLocation();
  const session = useSession();
  const [failure, setFailure] = useState<string>();
  if (session?.needed !== true || !session.signedIn) return null;
  const name = session.client?.replace(/^token:/, '') ?? 'signed in';
  const signOut = (): void => {
    setFailure(undefined);
    act('DELETE /api/session').then(
      () => {
        leaveSession();
        tellTabs('left');
      },
      (error: unknown) => setFailure((error as Error).message),
    );
  };
  return (
    <>
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
            onSelect: signOut,
          },
        ]}
      />
      {failure !== undefined && (
        <Dialog
          title="You are still signed in"
          onClose={() => setFailure(undefined)}
          actions={
            <>
              <Button onClick={() => setFailure(undefined)}>Stay</Button>
              <Button kind="primary" onClick={signOut}>
                Try again
              </Button>
            </>
          }
        >
          <p role="alert">
            Signing out failed: {failure} Until it succeeds, whoever uses this browser may do what you may.
          </p>
        </Dialog>
      )}
    </>
  );
}
