import { Anchor } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense, useState } from 'react';

const RequestDialog = lazy(() => import('../../requests/request-dialog.tsx').then(({ RequestDialog }) => ({ default: RequestDialog })));

/** Asks for access without leaving what is filled in. */
export function RequestAccess({ api, app }: { api: string; app: string | undefined }) {
  const [opened, { open, close }] = useDisclosure(false);
  const [everOpened, setEverOpened] = useState(false);
  return (
    <>
      <Anchor
        component="button"
        type="button"
        inherit
        onClick={() => {
          setEverOpened(true);
          open();
        }}
      >
        Request access
      </Anchor>
      {everOpened && (
        <Suspense>
          <RequestDialog opened={opened} onClose={close} api={api} app={app} />
        </Suspense>
      )}
    </>
  );
}
