import { Progress, Text } from '@mantine/core';
import { useEffect, useState } from 'react';

/** That the nodes are waited for, how long already, and that one need not wait with them. */
export function Waiting() {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((count) => count + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <div role="status">
      <Progress value={100} animated size="sm" mb={6} aria-label="Waiting for the gateway nodes" />
      <Text c="dimmed">
        Waiting for the gateway nodes{seconds > 0 ? `, ${seconds} s` : ''}. You may close this: it goes on, and you are told how it ended.
      </Text>
    </div>
  );
}
