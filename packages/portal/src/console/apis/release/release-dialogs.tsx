import { Modal } from '@mantine/core';
import { useUrlState } from '../../../ui/use-url-state.ts';
import type { May } from '../may.ts';
import type { Api } from '../server/api.ts';
import { type Release, releaseWords } from './release.ts';
import { ReleaseDialog } from './release-dialog.tsx';
import { UnpublishDialog } from './unpublish-dialog.tsx';

/** Publishing, rolling back and unpublishing, as the URL asks for them: `?publish=test&of=3`. */
export function ReleaseDialogs({ api, may }: { api: Api; may: May }) {
  const [{ publish, rollback, unpublish, of }, setUrl] = useUrlState();
  const close = () => setUrl({ publish: undefined, rollback: undefined, unpublish: undefined, of: undefined });
  if (!may.publish) return null;
  const asked = toRelease(publish, rollback, of);
  return (
    <>
      <Modal
        opened={asked !== undefined}
        onClose={close}
        size="lg"
        title={asked === undefined ? '' : releaseWords(asked).title}
        closeOnClickOutside={false}
      >
        {asked !== undefined && (
          <ReleaseDialog
            key={`${asked.kind} ${asked.environment} ${asked.revision}`}
            api={api}
            asked={asked}
            onAsk={({ kind, environment, revision }) => {
              const number = revision === undefined ? undefined : String(revision);
              setUrl({ publish: undefined, rollback: undefined, [kind]: environment, of: number });
            }}
            onClose={close}
          />
        )}
      </Modal>
      <UnpublishDialog api={api} environment={unpublish} onClose={close} />
    </>
  );
}

function toRelease(publish: string | undefined, rollback: string | undefined, of: string | undefined): Release | undefined {
  const revision = of !== undefined && /^[1-9]\d{0,8}$/.test(of) ? Number(of) : undefined;
  if (publish !== undefined) return { kind: 'publish', environment: publish, revision };
  return rollback === undefined ? undefined : { kind: 'rollback', environment: rollback, revision };
}
