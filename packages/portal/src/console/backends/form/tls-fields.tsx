import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useState } from 'react';
import { textAt } from './definition.ts';
import { useDefinition } from './definition-context.ts';
import { LongTextField, SwitchField, TextField } from './fields.tsx';
import { isStoredKey } from './stored-key.ts';

/** How the gateway trusts HTTPS targets, and what it shows them of itself. */
export function TlsFields() {
  const { definition } = useDefinition();
  const skipped = textAt(definition, ['tls', 'insecureSkipVerify']) === 'true';
  return (
    <Stack gap="md">
      <TextField
        path={['tls', 'serverName']}
        label="Server name"
        description="The name that is asked for (SNI) and checked; empty: the host of the URL"
      />
      <LongTextField
        path={['tls', 'ca']}
        label="Trusted certificates"
        description="PEM; trusted instead of the public authorities. Empty: the public ones"
        placeholder="-----BEGIN CERTIFICATE-----"
      />
      <SwitchField path={['tls', 'insecureSkipVerify']} label="Do not check the certificate" />
      {skipped && (
        <Alert color="yellow" title="Anybody in between can pass for the target">
          Use it for trying something out. For an own authority, put its certificate above instead.
        </Alert>
      )}
      <LongTextField
        path={['tls', 'certificate']}
        label="Client certificate"
        description="PEM; shown to targets that ask for one (mutual TLS)"
        placeholder="-----BEGIN CERTIFICATE-----"
      />
      <PrivateKey />
    </Stack>
  );
}

/** The key is never shown: what stands for it keeps it until another one is given. */
function PrivateKey() {
  const { definition, set } = useDefinition();
  const key = textAt(definition, ['tls', 'key']);
  const [stored] = useState(isStoredKey(key) ? key : undefined);
  if (stored !== undefined && key === stored) {
    return (
      <div>
        <Text fw={500} mb={4}>
          Private key
        </Text>
        <Group gap="xs">
          <IconKey size={16} aria-hidden />
          <Text style={{ overflowWrap: 'anywhere' }}>{describeStored(stored)}</Text>
          <Button variant="default" size="compact-xs" onClick={() => set(['tls', 'key'], undefined)}>
            Replace or remove
          </Button>
        </Group>
      </div>
    );
  }
  return (
    <Stack gap={6}>
      <LongTextField
        path={['tls', 'key']}
        label="Private key"
        description="PEM; of the client certificate. Kept encrypted and never shown again"
        placeholder="-----BEGIN PRIVATE KEY-----"
      />
      {stored !== undefined && (
        <Group>
          <Button variant="subtle" size="compact-xs" onClick={() => set(['tls', 'key'], stored)}>
            Keep the stored one
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function describeStored(mark: string): string {
  const fingerprint = /SHA256:[A-Za-z0-9+/]{43}/.exec(mark)?.[0];
  return fingerprint === undefined ? 'Stored, never shown' : `Stored, never shown (${fingerprint})`;
}
