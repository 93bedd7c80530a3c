import { Alert, Button, Stack, Text } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { CopyButton } from '../ui/copy-button.tsx';
import classes from './secrets-once.module.css';

export interface Secrets {
  appKey: string;
  appSecret: string;
  appCode: string;
}

/** Shows the credentials of an app, which nothing shows again. */
export function SecretsOnce({ secrets, onDone, children }: { secrets: Secrets; onDone(): void; children?: ReactNode }) {
  const rows = [
    { name: 'AppCode', value: secrets.appCode, use: 'Sent as X-Api-Key, or as Authorization: APPCODE …' },
    { name: 'AppKey', value: secrets.appKey, use: 'With the AppSecret, to sign requests' },
    { name: 'AppSecret', value: secrets.appSecret, use: 'Never sent: it signs' },
  ];
  const frame = useRef<HTMLDivElement>(null);
  // What was focused is gone; here the keyboard goes on, and it is read aloud.
  useEffect(() => frame.current?.focus(), []);
  return (
    <Stack ref={frame} tabIndex={-1} style={{ outline: 'none' }} role="group" aria-label="Credentials, shown this once">
      <Alert color="yellow" title="Copy them now">
        They are shown this once. Whoever has them can call as this app; if they are lost, rotate the credentials.
      </Alert>
      {rows.map(({ name, value, use }) => (
        <div key={name}>
          <Text fw={600}>{name}</Text>
          <Text size="xs" c="dimmed">
            {use}
          </Text>
          <div className={classes.secret}>
            <code>{value}</code>
            <CopyButton value={value} what={`the ${name}`} />
          </div>
        </div>
      ))}
      {children}
      <Button onClick={onDone}>I have copied them</Button>
    </Stack>
  );
}
