import { Badge, Paper, Table, Text } from '@mantine/core';
import { TextLink } from '../../../ui/links.tsx';
import type { NodeAnswer } from '../server/publish-api.ts';

const STATES: Readonly<Record<NodeAnswer['state'], { color: string; label: string }>> = {
  applied: { color: 'teal', label: 'serves it' },
  pending: { color: 'yellow', label: 'no answer yet' },
  rejected: { color: 'red', label: 'rejected' },
  unreachable: { color: 'yellow', label: 'unreachable' },
};

/** What each gateway node made of it, those in trouble first. */
export function NodeAnswers({ nodes }: { nodes: readonly NodeAnswer[] }) {
  if (nodes.length === 0) return null;
  const order: NodeAnswer['state'][] = ['rejected', 'unreachable', 'pending', 'applied'];
  const sorted = [...nodes].sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state));
  return (
    <>
      <Paper style={{ maxHeight: 300, overflow: 'auto' }}>
        <Table verticalSpacing={6} aria-label="Gateway nodes">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Node</Table.Th>
              <Table.Th>Answer</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sorted.map(({ id, name, state, reason }) => (
              <Table.Tr key={id}>
                <Table.Td>{name}</Table.Td>
                <Table.Td>
                  <Badge color={STATES[state].color}>{STATES[state].label}</Badge>
                  {reason !== undefined && (
                    <Text size="xs" mt={4} style={{ overflowWrap: 'anywhere' }}>
                      {reason}
                    </Text>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Paper>
      {sorted[0]?.state !== 'applied' && <TextLink to="/operations/nodes">All about the nodes</TextLink>}
    </>
  );
}
