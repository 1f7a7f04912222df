import { type ReactNode, useEffect, useState } from 'react';
import { probeNow, useConnection } from '../api/connection.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';

/** Says that the service does not answer, for as long as it does not, and that it is back. */
export function GoneBanner(): ReactNode {
  const { gone, unready } = useConnection();
  const [back, setBack] = useState(false);
  const [was, setWas] = useState(gone);
  if (was !== gone) {
    setWas(gone);
    setBack(!gone);
  }
  useEffect(() => {
    if (!back) return;
    const timer = setTimeout(() => setBack(false), 4000);
    return () => clearTimeout(timer);
  }, [back]);
  return (
    <div role="status" className="banner-place no-print">
      {gone && (
        <div className="banner bad">
          <Icon name="warning" />
          <span className="grow">
            {unready
              ? 'The service answers and cannot serve yet: its database is not there. '
              : 'The service does not answer. '}
            What you see may be old; it is tried again by itself.
          </span>
          <Button small onClick={probeNow}>
            Try now
          </Button>
        </div>
      )}
      {back && (
        <div className="banner good">
          <Icon name="check" />
          <span>The service is back.</span>
        </div>
      )}
    </div>
  );
}
