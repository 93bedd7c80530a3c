import { useQuery } from '@tanstack/react-query';
import { DefinitionBody } from '../definition/definition-body.tsx';
import { Page } from '../ui/page.tsx';
import { managementDocumentQuery } from './server/management-document.ts';

/** What the portal itself is made with: the management interface, for scripts and tools. */
export function ReferencePage() {
  const definition = useQuery(managementDocumentQuery);
  const place = {
    url: `${window.location.origin}/api/v1`,
    credential: { header: 'Authorization', prefix: 'Bearer ', variable: 'GATEHOUSE_TOKEN' },
    target: undefined,
    why: 'With an access token of yours:',
  };
  return (
    <Page
      title="Management API"
      description="Everything that can be done here can be done with a script. Access tokens carry a role and the teams whose resources they reach."
      wide
    >
      <DefinitionBody query={definition} type="openapi" title="gatehouse" place={place} environments={undefined} />
    </Page>
  );
}
