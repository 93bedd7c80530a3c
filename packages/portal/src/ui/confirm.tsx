import { Button, Group, Modal, TextInput } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { Failed } from './failed.tsx';

interface ConfirmProps {
  opened: boolean;
  onClose(): void;
  title: string;
  /** What will happen and to what. */
  children: ReactNode;
  action: string;
  danger?: boolean;
  /** Must be typed to go on, where nothing brings it back. */
  typed?: string;
  busy: boolean;
  error?: unknown;
  onConfirm(): void;
}

/** Asks before something is done that others feel. */
export function Confirm({ opened, onClose, title, children, action, danger = false, typed, busy, error, onConfirm }: ConfirmProps) {
  const [text, setText] = useState('');
  // What was typed is not a confirmation of what is asked another time.
  useEffect(() => {
    if (!opened) setText('');
  }, [opened]);
  const ready = typed === undefined || text === typed;
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="md">
      {children}
      {typed !== undefined && (
        <TextInput
          mt="md"
          label={`Type ${typed} to confirm`}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
        />
      )}
      {error !== undefined && error !== null && (
        <div style={{ marginTop: 16 }}>
          <Failed error={error} />
        </div>
      )}
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button color={danger ? 'red' : undefined} disabled={!ready} loading={busy} onClick={onConfirm}>
          {action}
        </Button>
      </Group>
    </Modal>
  );
}
