import type { ReactNode } from 'react';
import { forgetAddressToken, useAddressToken } from '../api/address-token.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';

/** Says that the token of the address was not used, because somebody is signed in. */
export function AddressBanner(): ReactNode {
  const arrival = useAddressToken();
  return (
    <div role="status" className="banner-place no-print">
      {arrival === 'unused' && (
        <div className="banner">
          <Icon name="info" />
          <span className="grow">
            The address brought a token. You were signed in already and still are; the token was not used. To use it,
            sign out first.
          </span>
          <Button small onClick={forgetAddressToken}>
            Close
          </Button>
        </div>
      )}
    </div>
  );
}
