import { Alert, Button, Group, Stack } from '@mantine/core';
import { IconAlertTriangle, IconArrowRight, IconCircleCheck } from '@tabler/icons-react';
import { ButtonLink } from '../../../ui/links.tsx';
import type { Publication } from '../server/publish-api.ts';
import { NodeAnswers } from './node-answers.tsx';
import type { Release } from './release.ts';

interface ReleaseResultProps {
  api: string;
  publication: Publication;
  /** The revision that was live there before. */
  replaced: number | undefined;
  /** In their order. */
  environments: readonly string[];
  onAsk(release: Release): void;
  onClose(): void;
}

/** What became of it, node by node, and what comes next. */
export function ReleaseResult({ api, publication, replaced, environments, onAsk, onClose }: ReleaseResultProps) {
  const { revision, environment, nodes } = publication;
  const rejected = nodes.filter(({ state }) => state === 'rejected');
  const late = nodes.filter(({ state }) => state === 'pending' || state === 'unreachable');
  const next = environments[environments.indexOf(environment) + 1];
  const good = rejected.length === 0 && late.length === 0;
  return (
    <Stack gap="md" role="status">
      <Alert
        color={rejected.length > 0 ? 'red' : late.length > 0 || nodes.length === 0 ? 'yellow' : 'teal'}
        icon={good ? <IconCircleCheck size={18} /> : <IconAlertTriangle size={18} />}
        title={titleOf(publication, rejected.length, late.length)}
      >
        {adviceOf(nodes.length, rejected.length, late.length, environment)}
      </Alert>
      <NodeAnswers nodes={nodes} />
      <Group justify="flex-end" gap="xs">
        {rejected.length > 0 && replaced !== undefined && replaced !== revision && (
          <Button variant="default" onClick={() => onAsk({ kind: 'rollback', environment, revision: replaced })}>
            Roll back to revision {replaced}
          </Button>
        )}
        {good && (
          <ButtonLink variant="default" to="/console/apis/$api/{-$tab}" params={{ api, tab: 'debug' }} search={{ in: environment }}>
            Debug it in {environment}
          </ButtonLink>
        )}
        {good && next !== undefined && (
          <Button
            variant="default"
            rightSection={<IconArrowRight size={14} />}
            onClick={() => onAsk({ kind: 'publish', environment: next, revision })}
          >
            Promote to {next}
          </Button>
        )}
        <Button onClick={onClose} data-autofocus>
          Done
        </Button>
      </Group>
    </Stack>
  );
}

function titleOf({ revision, environment }: Publication, rejected: number, late: number): string {
  if (rejected > 0) return `Revision ${revision} was rejected by ${rejected === 1 ? 'a gateway node' : `${rejected} gateway nodes`}`;
  if (late > 0) return `Revision ${revision} is published to ${environment}, and not yet live on every node`;
  return `Revision ${revision} is live in ${environment}`;
}

function adviceOf(nodes: number, rejected: number, late: number, environment: string): string {
  if (rejected > 0) {
    return 'A node that rejects goes on serving what it had before. Read its reason below; roll back so that all nodes agree again, mend the draft, and publish it anew.';
  }
  if (late > 0)
    return 'A node that was not reached, or has not answered yet, takes it up by itself as soon as it can. Until then it serves what it had before.';
  if (nodes === 0) return 'No gateway node is connected at the moment. The first that connects serves it.';
  return `Every gateway node serves it. Calls to ${environment} get it from now on.`;
}
