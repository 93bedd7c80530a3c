import { Alert, List, Text } from '@mantine/core';
import { IconServerOff } from '@tabler/icons-react';
import { ServerError } from '../../../server/server-error.ts';
import { Failed } from '../../../ui/failed.tsx';
import { TextLink } from '../../../ui/links.tsx';

/** Why it cannot become live, and what to do about it. */
export function ReleaseRefused({ error, retry }: { error: unknown; retry?: () => void }) {
  if (error instanceof ServerError && error.code === 'backend.undefined-in-environment') {
    const { backends, environment } = error.extras;
    const names = Array.isArray(backends) ? backends.filter((name) => typeof name === 'string') : [];
    return (
      <Alert
        role="alert"
        color="yellow"
        icon={<IconServerOff size={18} />}
        title={
          names.length === 1
            ? `${names[0]} has no address in ${String(environment)}`
            : `Backend services are not defined in ${String(environment)}`
        }
      >
        <Text>An API can be published only where its backend services are defined: the gateway would not know where to send requests.</Text>
        {names.length === 0 && <Text mt={4}>{error.message}</Text>}
        {names.length > 0 && (
          <List mt="xs">
            {names.map((name) => (
              <List.Item key={name}>
                <TextLink to="/console/backends/$backend/{-$tab}" params={{ backend: name, tab: String(environment) }}>
                  Define {name} in {String(environment)}
                </TextLink>
              </List.Item>
            ))}
          </List>
        )}
      </Alert>
    );
  }
  return (
    <Failed
      error={error}
      retry={retry}
      title={error instanceof ServerError && error.code === 'version.stale' ? 'The draft was changed meanwhile' : undefined}
    />
  );
}
