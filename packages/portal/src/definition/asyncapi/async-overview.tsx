import { Facts } from '../../ui/facts.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import type { ApiDocument } from '../document/api-document.ts';
import { asFields, asText, asWord } from '../document/value.ts';
import { readAbout } from '../openapi/about.ts';
import classes from '../openapi/operation-page.module.css';

/** What an AsyncAPI document says as a whole. */
export function AsyncOverview({ document, operations }: { document: ApiDocument; operations: number }) {
  const { title, version, description, license } = readAbout(document);
  const servers = serversOf(document);
  return (
    <article className={classes.page}>
      <h2 className={classes.title}>{title ?? 'Overview'}</h2>
      <div className={classes.overview}>
        {description !== undefined && <Markdown text={description} />}
        <section className={classes.section}>
          <h3 className={classes.sectionTitle}>About the definition</h3>
          <div className={classes.facts}>
            <Facts
              items={[
                ['Version', version],
                ['Format', `AsyncAPI ${asWord(document.at(['asyncapi'])) ?? ''}`],
                ['Operations', operations],
                [
                  'Servers',
                  servers.length === 0
                    ? undefined
                    : servers.map(({ name, address, protocol, about }) => (
                        <div key={name} className={classes.server}>
                          <code>{address}</code>
                          <span className={classes.why}>{[name, protocol, about].filter((text) => text !== undefined).join(', ')}</span>
                        </div>
                      )),
                ],
                ['License', license],
              ]}
            />
          </div>
        </section>
      </div>
    </article>
  );
}

/** `url` of version 2; `host` and `pathname` since 3. */
function serversOf(document: ApiDocument) {
  return Object.entries(asFields(document.at(['servers'])) ?? {}).map(([name, given]) => {
    const fields = document.fields(given);
    return {
      name,
      address: asText(fields.url) ?? `${asText(fields.host) ?? '?'}${asText(fields.pathname) ?? ''}`,
      protocol: asText(fields.protocol),
      about: asText(fields.description),
    };
  });
}
