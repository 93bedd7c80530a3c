import { Anchor } from '@mantine/core';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import type { ApiDocument } from '../document/api-document.ts';
import { readAbout } from './about.ts';
import type { OpenApiIndex } from './index-openapi.ts';
import classes from './operation-page.module.css';
import { toSecurity } from './security.ts';
import { SecurityWords } from './security-words.tsx';

interface OverviewProps {
  document: ApiDocument;
  index: OpenApiIndex;
  /** The environment in which some or all operations want an authorized app. */
  appIn: string | undefined;
}

/** What the document says of the API as a whole. */
export function Overview({ document, index, appIn }: OverviewProps) {
  const { title, version, summary, description, license, contact, termsOfService, docs, servers } = readAbout(document);
  const security = toSecurity(document, undefined);
  return (
    <article className={classes.page}>
      <h2 className={classes.title}>{title ?? 'Overview'}</h2>
      {summary !== undefined && <p className={classes.lead}>{summary}</p>}
      <div className={classes.overview}>
        {description !== undefined && <Markdown text={description} />}
        <SecurityWords security={security} appIn={appIn} />
        <section className={classes.section}>
          <h3 className={classes.sectionTitle}>About the definition</h3>
          <div className={classes.facts}>
            <Facts
              items={[
                ['Version', version],
                ['Format', document.at(['swagger']) === undefined ? `OpenAPI ${index.version}` : `Swagger ${index.version}`],
                ['Operations', index.operations.length],
                [
                  servers.length === 1 ? 'Server' : 'Servers',
                  servers.length === 0
                    ? undefined
                    : servers.map(({ url, description }) => (
                        <div key={url} className={classes.server}>
                          <code>{url}</code>
                          <CopyButton value={url} what="the address" />
                          {description !== undefined && <span className={classes.why}>{description}</span>}
                        </div>
                      )),
                ],
                ['License', license],
                ['Contact', contact === undefined ? undefined : <Contact {...contact} />],
                ['Terms of service', termsOfService === undefined ? undefined : <External url={termsOfService} />],
                ['More', docs === undefined ? undefined : <External url={docs} />],
              ]}
            />
          </div>
        </section>
        {index.groups.some(({ description }) => description !== undefined) && (
          <section className={classes.section}>
            <h3 className={classes.sectionTitle}>Groups</h3>
            <dl className={classes.groups}>
              {index.groups.map(({ name, description, operations }) => (
                <div key={name}>
                  <dt>
                    {name} <span className={classes.why}>{operations.length}</span>
                  </dt>
                  {description !== undefined && (
                    <dd>
                      <Markdown text={description} quiet />
                    </dd>
                  )}
                </div>
              ))}
            </dl>
          </section>
        )}
      </div>
    </article>
  );
}

function Contact({ name, url, email }: { name: string | undefined; url: string | undefined; email: string | undefined }) {
  return (
    <>
      {name} {url !== undefined && <External url={url} />}{' '}
      {email !== undefined && <Anchor href={`mailto:${encodeURIComponent(email)}`}>{email}</Anchor>}
    </>
  );
}

function External({ url }: { url: string }) {
  return (
    <Anchor href={url} target="_blank" rel="noopener noreferrer">
      {url}
    </Anchor>
  );
}
