import { Alert, Button, Code, List, Text } from '@mantine/core';
import { IconAlertTriangle, IconLock, IconPlugConnectedX, IconRefresh } from '@tabler/icons-react';
import { ServerError } from '../server/server-error.ts';

const ADVICE: Record<string, string> = {
  unreachable: 'Check that the control plane runs and that you are connected to its network, then try again.',
  'debug.unavailable': 'Under Nodes you see which gateways are connected and what to do about those that are not. Then try again.',
  'access.denied': 'Ask somebody of the owning team, or an administrator, to do it or to give you the role.',
  'resource.not-found': 'It may have been removed or renamed, or it belongs to a team that you are not in.',
  'request.limited': 'Much waits to be done already. Try again in a moment.',
  'version.stale': 'Somebody changed it meanwhile. Reload to see the change, then make yours again.',
  'service.unavailable': 'The database cannot be reached. Nothing was changed; try again in a moment.',
  'service.outcome-unknown': 'Reload and look whether the change is there before you make it again.',
  'managed.by-file': 'Change it in the file that declares it; it is applied when the file is reloaded.',
};

/** Says what went wrong and what can be done, where the thing would have been that could not be shown or done. */
export function Failed({ error, retry, title }: { error: unknown; retry?: (() => void) | undefined; title?: string }) {
  const known = error instanceof ServerError ? error : undefined;
  const refused = known !== undefined && known.status === 403;
  const outdated = known?.code === 'portal.outdated';
  const Icon = outdated ? IconRefresh : refused ? IconLock : known?.code === 'unreachable' ? IconPlugConnectedX : IconAlertTriangle;
  const advice = known === undefined ? undefined : ADVICE[known.code];
  // The only problem is mostly what the message says already.
  const isSaid = known?.problems.length === 1 && known.message.includes(known.problems[0]?.message ?? '');
  return (
    <Alert
      role="alert"
      color={refused || outdated ? 'gray' : 'red'}
      variant="light"
      icon={<Icon size={18} />}
      title={title ?? known?.title ?? 'The page failed'}
    >
      <Text size="sm">{error instanceof Error ? error.message : String(error)}</Text>
      {advice !== undefined && (
        <Text size="sm" mt={4}>
          {advice}
        </Text>
      )}
      {known !== undefined && known.problems.length > 0 && !isSaid && (
        <List size="sm" mt="xs">
          {known.problems.slice(0, 20).map(({ message, path, place }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the problems of one answer never change
            <List.Item key={index}>
              {place !== undefined ? `Line ${place.line}: ` : path !== undefined && path.length > 0 ? `${path.join('.')}: ` : ''}
              {message}
            </List.Item>
          ))}
        </List>
      )}
      {known?.requestId !== undefined && (
        <Text size="xs" c="dimmed" mt="xs">
          Request <Code>{known.requestId}</Code>
        </Text>
      )}
      {retry !== undefined && !refused && (
        <Button mt="sm" size="xs" variant="default" onClick={retry}>
          {outdated ? 'Load the new version' : 'Try again'}
        </Button>
      )}
    </Alert>
  );
}
