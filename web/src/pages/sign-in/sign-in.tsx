import type { ReactNode } from 'react';

/** Asks for a token. */
export function SignIn(): ReactNode {
  return <div className="sign-in">Sign in</div>;
}
