import { IconFileOff } from '@tabler/icons-react';
import { type QueryKey, type UseQueryOptions, useQuery } from '@tanstack/react-query';
import { type Publication, publicationQuery } from '../apis/server/publication.ts';
import { Failed } from '../ui/failed.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { useUrlState } from '../ui/use-url-state.ts';
import { DefinitionBody } from './definition-body.tsx';
import { DefinitionLoading } from './definition-loading.tsx';
import type { CallPlace } from './openapi/operation-page.tsx';
import { publishedDefinitionQuery } from './server/published-definition.ts';
import { readRemembered, remember } from './try-it/remembered.ts';

export interface DefinitionViewProps<Given, Key extends QueryKey> {
  /** Of the catalog: openapi, asyncapi, graphql, grpc, or anything. */
  type: string;
  /** How the definition is read, as text or as the object that it is. */
  text(): UseQueryOptions<Given, Error, string | object, Key>;
  /** Name of the API at the gateway, when it is published there: then its definition is what is live, and it can be tried. */
  api?: string | undefined;
  /** Of the API, for the name of the downloaded file. */
  title: string;
}

/** The definition of an API, whatever it is written in: to be read, searched, downloaded, and tried where it is published. */
export function DefinitionView<Given, Key extends QueryKey>({ type, text, api, title }: DefinitionViewProps<Given, Key>) {
  const publication = useQuery({ ...publicationQuery(api ?? ''), enabled: api !== undefined });
  if (api !== undefined && publication.isPending) return <DefinitionLoading />;
  if (publication.error !== null) return <Failed error={publication.error} retry={() => publication.refetch()} />;
  // Not published any more: what the catalog has is still worth reading.
  if (api !== undefined && publication.data && publication.data.environments.length > 0) {
    return <PublishedDefinition key={api} api={api} publication={publication.data} title={title} />;
  }
  return <GivenDefinition key={JSON.stringify(text().queryKey)} type={type} text={text} title={title} />;
}

function PublishedDefinition({ api, publication, title }: { api: string; publication: Publication; title: string }) {
  const [url, setUrl] = useUrlState();
  const { environments } = publication;
  const names = environments.map(({ environment }) => environment);
  const wanted = url.environment ?? readRemembered(api).environment;
  const chosen =
    environments.find(({ environment }) => environment === wanted) ??
    environments.find(({ environment }) => environment === 'production') ??
    environments[0];
  const environment = chosen?.environment ?? '';
  const definition = useQuery({
    ...publishedDefinitionQuery(api, environment),
    refetchOnWindowFocus: false,
    // What was filled in stays while the definition of another environment comes.
    placeholderData: (before) => before,
  });
  const onEnvironment = (name: string) => {
    remember(api, { environment: name });
    setUrl({ environment: name }, { push: true });
  };
  const address = (chosen?.urls[0] ?? '').replace(/\/+$/, '');
  const place: CallPlace = {
    url: address,
    credential: { header: 'X-Api-Key', prefix: '', variable: 'APP_CODE' },
    target: { api, environment, environments: names, onEnvironment, url: address, needsApp: chosen?.auth === 'app' },
  };
  return (
    <DefinitionBody
      query={definition}
      type="openapi"
      title={names.length > 1 ? `${title}.${environment}` : title}
      place={place}
      environments={{ names, chosen: environment, onChoose: onEnvironment, revision: chosen?.revision }}
    />
  );
}

function GivenDefinition<Given, Key extends QueryKey>({ type, text, title }: Omit<DefinitionViewProps<Given, Key>, 'api'>) {
  const definition = useQuery({ ...text(), refetchOnWindowFocus: false, structuralSharing: false });
  if (definition.isSuccess && definition.data === '') {
    return (
      <Nothing icon={IconFileOff} title="It has no definition">
        Its definition is empty, or what it refers to could not be read. The descriptor shows where it comes from.
      </Nothing>
    );
  }
  return <DefinitionBody query={definition} type={type} title={title} place={undefined} environments={undefined} />;
}
