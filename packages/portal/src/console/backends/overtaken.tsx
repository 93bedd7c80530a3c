import { Alert, Button, Text } from '@mantine/core';
import { DefinitionView } from './definition-view.tsx';
import type { Definition } from './form/definition.ts';
import type { Backend } from './server/backend.ts';

interface OvertakenProps {
  /** Whether this definition was changed by somebody else, or something else of the backend service. */
  where: 'here' | 'elsewhere';
  /** As it is now. */
  backend: Backend;
  environment: string;
  onTake(definition: Definition): void;
}

/** Says that somebody else was faster, and what to do: nothing of what was typed is lost. */
export function Overtaken({ where, backend, environment, onTake }: OvertakenProps) {
  const theirs = backend.definitions[environment]?.definition;
  if (where === 'elsewhere') {
    return (
      <Alert role="alert" color="yellow" mt="md" title="Something else of it was changed meanwhile">
        Its definition in {environment} is still as you saw it. Nothing was published yet: publish again.
      </Alert>
    );
  }
  return (
    <Alert role="alert" color="yellow" mt="md" title={`Somebody changed the definition in ${environment} meanwhile`}>
      {theirs === undefined ? (
        <Text>It was removed. Publish again to define it as you typed it.</Text>
      ) : (
        <>
          <Text mb="sm">It is now as follows. Publish again to put yours in its place, or take theirs and change that.</Text>
          <DefinitionView definition={theirs} type={backend.type} />
          <Button variant="default" size="xs" mt="sm" onClick={() => onTake(theirs)}>
            Take theirs into the form
          </Button>
        </>
      )}
    </Alert>
  );
}
