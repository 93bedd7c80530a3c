import { Markdown } from '../../ui/markdown.tsx';
import { MethodBadge } from '../contents/method-badge.tsx';
import type { ApiDocument } from '../document/api-document.ts';
import { ContentView } from '../openapi/content-view.tsx';
import classes from '../openapi/operation-page.module.css';
import { SchemaFacts } from '../schema/schema-facts.tsx';
import { shapeOf } from '../schema/schema-shape.ts';
import schemaClasses from '../schema/schema-view.module.css';
import { ACTIONS, type AsyncMessage, type AsyncOperation } from './asyncapi-model.ts';

/** One operation of an AsyncAPI document: its channel and its messages. */
export function AsyncOperationView({ document, operation }: { document: ApiDocument; operation: AsyncOperation }) {
  const { action, address, title, summary, description, channel, parameters, messages, bindings } = operation;
  return (
    <article className={classes.page} aria-labelledby="operation-title">
      <h2 id="operation-title" className={classes.title}>
        {title}
      </h2>
      <div className={classes.address}>
        <MethodBadge method={action} large />
        <span className={classes.path}>{address}</span>
      </div>
      <div className={classes.overview}>
        <p className={classes.why}>
          {ACTIONS[action]}
          {bindings.length > 0 && `, over ${bindings.join(', ')}`}.
        </p>
        {summary !== undefined && summary !== title && <Markdown text={summary} />}
        {description !== undefined && <Markdown text={description} />}
        {channel !== undefined && (
          <section className={classes.section}>
            <h3 className={classes.sectionTitle}>Channel</h3>
            <Markdown text={channel} />
          </section>
        )}
        {parameters.length > 0 && (
          <section className={classes.section}>
            <h3 className={classes.sectionTitle}>Parameters of the address</h3>
            <ul className={schemaClasses.properties}>
              {parameters.map(({ name, description, schema }) => {
                const shape = shapeOf(document, schema);
                return (
                  <li key={name} className={schemaClasses.property}>
                    <div className={schemaClasses.head}>
                      <span className={schemaClasses.name}>{name}</span>
                      <span className={schemaClasses.type}>{shape.label}</span>
                    </div>
                    {description !== undefined && <Markdown text={description} quiet />}
                    <SchemaFacts shape={shape} />
                  </li>
                );
              })}
            </ul>
          </section>
        )}
        {messages.map((message, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two messages may have one name
          <Message key={index} document={document} message={message} />
        ))}
      </div>
    </article>
  );
}

function Message({ document, message }: { document: ApiDocument; message: AsyncMessage }) {
  const { name, summary, description, payload, headers } = message;
  return (
    <section className={classes.section}>
      <h3 className={classes.sectionTitle}>Message {name}</h3>
      {summary !== undefined && <Markdown text={summary} />}
      {description !== undefined && <Markdown text={description} quiet />}
      {headers !== undefined && (
        <>
          <h4 className={classes.subtitle}>Headers</h4>
          <ContentView document={document} contents={[headers]} direction="response" what={`the headers of ${name}`} />
        </>
      )}
      <h4 className={classes.subtitle}>Payload</h4>
      <ContentView document={document} contents={[payload]} direction="response" what={`the payload of ${name}`} />
    </section>
  );
}
