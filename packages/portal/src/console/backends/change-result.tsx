import { Alert, Badge, Paper, Table, Text } from '@mantine/core';
import { TextLink } from '../../ui/links.tsx';
import type { Refreshed } from './server/define-backend.ts';
import type { PublishedOn } from './server/undefine-backend.ts';

/** What a change of a definition has done. */
export type Change = { kind: 'defined'; refreshed: readonly Refreshed[] } | { kind: 'removed'; unpublished: readonly PublishedOn[] };

const STATES: Readonly<Record<Refreshed['status'], { color: string; label: string }>> = {
  applied: { color: 'teal', label: 'applied' },
  pending: { color: 'yellow', label: 'pending' },
  rejected: { color: 'red', label: 'rejected' },
  unreachable: { color: 'yellow', label: 'unreachable' },
};

interface ChangeResultProps {
  change: Change;
  environment: string;
  onClose(): void;
}

/** What became of each API after the definition that it is published on was changed (B15) or removed (B13). */
export function ChangeResult({ change, environment, onClose }: ChangeResultProps) {
  const rows: readonly (PublishedOn & Partial<Refreshed>)[] = change.kind === 'defined' ? change.refreshed : change.unpublished;
  const count = `${rows.length} API${rows.length === 1 ? '' : 's'}`;
  const late = change.kind === 'defined' ? change.refreshed.filter(({ status }) => status !== 'applied') : [];
  return (
    <div role="status">
      <Alert
        mb="lg"
        color={late.length === 0 ? 'teal' : 'yellow'}
        title={titleOf(change, environment, late.length)}
        withCloseButton
        closeButtonLabel="Close"
        onClose={onClose}
      >
        {rows.length === 0 ? (
          <Text>No API is published there on it, so no traffic is affected.</Text>
        ) : (
          <>
            <Text mb="sm">
              {change.kind === 'removed'
                ? `${count} had to be unpublished from ${environment}. Drafts and other environments are as they were.`
                : late.length === 0
                  ? `${count} ${rows.length === 1 ? 'is' : 'are'} served with it.`
                  : 'Not every gateway node has it yet.'}{' '}
              {late.length > 0 && <TextLink to="/operations/nodes">See the nodes</TextLink>}
            </Text>
            <Paper>
              <Table verticalSpacing={6}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>API</Table.Th>
                    <Table.Th>Revision</Table.Th>
                    <Table.Th>Result</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {rows.map(({ api, revision, status, error }) => (
                    <Table.Tr key={api}>
                      <Table.Td>
                        <TextLink to="/console/apis/$api/{-$tab}" params={{ api }} fw={550}>
                          {api}
                        </TextLink>
                      </Table.Td>
                      <Table.Td className="tabular">{revision}</Table.Td>
                      <Table.Td>
                        <Badge color={status === undefined ? 'gray' : STATES[status].color}>
                          {status === undefined ? 'unpublished' : STATES[status].label}
                        </Badge>
                        {error !== undefined && (
                          <Text size="xs" mt={4} style={{ overflowWrap: 'anywhere' }}>
                            {error}
                          </Text>
                        )}
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Paper>
          </>
        )}
      </Alert>
    </div>
  );
}

function titleOf({ kind }: Change, environment: string, late: number): string {
  if (kind === 'removed') return `Removed from ${environment}`;
  return late === 0 ? `Published to ${environment}` : `Published to ${environment}, and not yet in effect everywhere`;
}
