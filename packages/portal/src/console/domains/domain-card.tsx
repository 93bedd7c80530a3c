import { Badge, Button, Group, Title } from '@mantine/core';
import { CopyButton } from '../../ui/copy-button.tsx';
import { EnvironmentBadge } from '../../ui/environment-badge.tsx';
import { TextLink } from '../../ui/links.tsx';
import classes from './domains-page.module.css';
import type { Domain } from './server/domains.ts';

interface DomainCardProps {
  domain: Domain;
  onEdit?(): void;
  onDelete?(): void;
}

/** A host with what its paths lead to. */
export function DomainCard({ domain: { host, mappings, managedBy }, onEdit, onDelete }: DomainCardProps) {
  return (
    <section className={classes.card} aria-label={host}>
      <div className={classes.head}>
        <Group gap={6} className={classes.host} wrap="nowrap">
          <Title order={2} size="h3" className={classes.host} flex="0 1 auto">
            {host}
          </Title>
          <CopyButton value={host} what={`the host ${host}`} />
        </Group>
        {managedBy !== null && <Badge color="gray">Managed by {managedBy}: read-only here</Badge>}
        {onEdit !== undefined && (
          <Group gap="xs">
            <Button variant="subtle" color="red" size="xs" onClick={onDelete} aria-label={`Delete ${host}`}>
              Delete
            </Button>
            <Button variant="default" size="xs" onClick={onEdit} aria-label={`Edit ${host}`}>
              Edit
            </Button>
          </Group>
        )}
      </div>
      <div className={`${classes.mapping} ${classes.labels}`} aria-hidden>
        <span>Path</span>
        <span>API</span>
        <span>Environment</span>
      </div>
      <ul style={{ margin: 0, padding: 0, listStyle: 'none' }} aria-label={`Paths of ${host}`}>
        {mappings.map(({ path, api, environment }) => (
          <li key={path} className={classes.mapping}>
            <span className={classes.path}>
              /{path}
              {path === '' && <span className={classes.quiet}>{mappings.length === 1 ? 'every path' : 'every other path'}</span>}
            </span>
            <TextLink to="/console/apis/$api/{-$tab}" params={{ api }} fw={550} style={{ overflowWrap: 'anywhere' }}>
              {api}
            </TextLink>
            <span>
              <EnvironmentBadge name={environment} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
