import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { forgetAnswers } from '../../api/answers.ts';
import { ApiProblem, call } from '../../api/client.ts';
import { beginSession } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { useTitle } from '../../ui/page-frame.tsx';
import { Notice } from '../../ui/states.tsx';

function enter(): void {
  beginSession();
  forgetAnswers();
}

/** Asks for a token. The address stays: what was looked at comes back. */
export function SignIn({ ended }: { readonly ended: boolean }): ReactNode {
  useTitle('Sign in');
  const [token, setToken] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();

  useEffect(() => {
    // Another tab may have signed in meanwhile: the cookie is of all of them.
    const look = (): void => {
      if (document.visibilityState !== 'visible') return;
      call('GET /api/session').then(
        ({ signedIn }) => {
          if (signedIn) enter();
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

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    call('POST /api/session', { body: { token: token.trim() } }).then(enter, (error: unknown) => {
      setBusy(false);
      setFailure(
        error instanceof ApiProblem && error.status === 401
          ? 'The service does not know this token. It may have been removed, or cut off when it was copied.'
          : (error as Error).message,
      );
    });
  };

  return (
    <main className="sign-in">
      <div className="stack wide">
        <h1>Sign in to Drydock</h1>
        {ended && <Notice>Your session has ended. After signing in you are back where you were.</Notice>}
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
