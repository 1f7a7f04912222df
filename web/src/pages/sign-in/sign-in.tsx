import { type ReactNode, type SubmitEvent, useEffect, useState } from 'react';
import { forgetAddressFailure, useAddressFailure } from '../../api/address-token.ts';
import { ApiProblem, call } from '../../api/client.ts';
import { enterSession, tellTabs } from '../../api/session-tabs.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { useTitle } from '../../ui/page-frame.tsx';
import { Notice } from '../../ui/states.tsx';

/** Signs in, and looks whether the browser kept it: one that does not would be asked for a token again and again. */
async function signIn(token: string): Promise<void> {
  await call('POST /api/session', { body: { token } });
  const { signedIn } = await call('GET /api/session');
  if (!signedIn) {
    throw new Error(
      'The token is right, but this browser kept no session. Allow cookies for this address, and try again.',
    );
  }
}

function whyNot(error: Error): string {
  return error instanceof ApiProblem && error.status === 401
    ? 'The service does not know this token. It may have been removed, or cut off when it was copied.'
    : error.message;
}

/** Asks for a token. The address stays: what was looked at comes back. */
export function SignIn({ ended }: { readonly ended: boolean }): ReactNode {
  useTitle('Sign in');
  const [token, setToken] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const ofAddress = useAddressFailure();

  useEffect(() => {
    // Another tab may have signed in meanwhile: the cookie is of all of them.
    const look = (): void => {
      if (document.visibilityState !== 'visible') return;
      call('GET /api/session').then(
        ({ signedIn }) => {
          if (signedIn) enterSession();
        },
        () => undefined,
      );
    };
    document.addEventListener('visibilitychange', look);
    addEventListener('focus', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      removeEventListener('focus', look);
    };
  }, []);

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    forgetAddressFailure();
    signIn(token.trim()).then(
      () => {
        enterSession();
        tellTabs('entered');
      },
      (error: unknown) => {
        setBusy(false);
        setFailure(whyNot(error as Error));
      },
    );
  };

  return (
    <main className="sign-in">
      <div className="stack wide">
        <h1>Sign in to Drydock</h1>
        {ended && <Notice>Your session has ended. After signing in you are back where you were.</Notice>}
        {ofAddress !== undefined && (
          <Notice tone="bad" urgent>
            <strong>The token of the address did not sign you in</strong>
            <p className="image-text">{whyNot(ofAddress)}</p>
          </Notice>
        )}
        <form className="panel sign-in-form" onSubmit={submit}>
          <TextField
            label="Token"
            type="password"
            name="token"
            autoComplete="current-password"
            autoFocus
            required
            value={token}
            wrong={failure}
            hint="Whoever operates this service gives it to you. It is kept as a session of this browser, and not by this page."
            onChange={(event) => setToken(event.target.value)}
          />
          <div>
            <Button kind="primary" type="submit" disabled={busy || token.trim() === ''}>
              {busy ? 'Signing in …' : 'Sign in'}
            </Button>
          </div>
        </form>
      </div>
    </main>
  );
}
