import { Alert, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { ChangesList, countChanges } from '../../../ui/changes-list.tsx';
import type { Publication } from '../server/publish-api.ts';

interface RehearsalProps {
  publication: Publication;
  /** The revision that is live there now. */
  replaced: number | undefined;
}

/** What would change for callers, told before it happens. */
export function Rehearsal({ publication: { environment, revision, changes }, replaced }: RehearsalProps) {
  if (replaced === undefined) {
    return (
      <Text>
        It becomes revision {revision}, the first that is live in {environment}. Nobody calls it there yet, so nothing can break.
      </Text>
    );
  }
  if (revision === replaced) {
    return (
      <Alert color="gray" icon={<IconCircleCheck size={18} />} title="It is live there already">
        Revision {revision} is what {environment} serves now. There is nothing to do.
      </Alert>
    );
  }
  const breaking = changes.changes.filter((change) => change.breaking).length;
  return (
    <>
      {changes.breaking && (
        <Alert
          color="red"
          icon={<IconAlertTriangle size={18} />}
          mb="md"
          title={breaking > 1 ? `${breaking} changes break callers` : 'This breaks callers'}
        >
          Who calls {environment} as it is now may fail from this moment. Tell them before, or keep what they use.
        </Alert>
      )}
      <Text fw={600}>
        Revision {revision} replaces revision {replaced} in {environment}
        {changes.changes.length > 0 && `: ${countChanges(changes.changes)}`}
      </Text>
      <ChangesList changes={changes.changes} />
    </>
  );
}
