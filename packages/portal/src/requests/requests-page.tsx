import { Button, SegmentedControl } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMe } from '../account/use-me.ts';
import { Page } from '../ui/page.tsx';
import { useUrlState } from '../ui/use-url-state.ts';
import { RequestDialog } from './request-dialog.tsx';
import { RequestsTable } from './requests-table.tsx';
import type { RequestsFilter } from './server/access-requests.ts';

const FILTERS: Record<string, { label: string; filter: RequestsFilter; empty: string }> = {
  decide: { label: 'For you to decide', filter: { decidable: true }, empty: 'Nothing waits for your answer' },
  pending: { label: 'Pending', filter: { state: 'pending' }, empty: 'No request is pending' },
  all: { label: 'All', filter: {}, empty: 'Nobody has asked for access yet' },
};

export function RequestsPage() {
  const me = useMe();
  const [{ show, new: asking, app, request }, setUrl] = useUrlState();
  const chosen = show !== undefined && Object.hasOwn(FILTERS, show) ? show : 'all';
  const { filter, empty } = FILTERS[chosen] ?? { filter: {}, empty: '' };
  return (
    <Page
      title="Access requests"
      description="Which app wants to call which API in which environment, and what its owner says."
      actions={
        me.can('developer') ? (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setUrl({ new: '-' })}>
            Request access
          </Button>
        ) : undefined
      }
    >
      <SegmentedControl
        mb="md"
        aria-label="Which requests"
        value={chosen}
        onChange={(value) => setUrl({ show: value === 'all' ? undefined : value })}
        data={Object.entries(FILTERS).map(([value, { label }]) => ({ value, label }))}
      />
      <RequestsTable key={chosen} filter={filter} empty={empty} asked={request} onDecided={() => setUrl({ request: undefined })} />
      <RequestDialog
        opened={asking !== undefined}
        api={asking === '-' || asking === '' ? undefined : asking}
        app={app}
        onClose={() => setUrl({ new: undefined, app: undefined })}
      />
    </Page>
  );
}
