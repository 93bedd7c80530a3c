import { Badge } from '@mantine/core';

/** The name of an environment. Production stands out: what is done there counts. */
export function EnvironmentBadge({ name, quiet = false }: { name: string; quiet?: boolean }) {
  return (
    <Badge color={name === 'production' ? 'gate' : 'gray'} variant={quiet ? 'outline' : 'light'}>
      {name}
    </Badge>
  );
}
