import { Badge } from '@mantine/core';
import { CodeBlock } from '../../ui/code-block.tsx';
import { TextLink } from '../../ui/links.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import classes from '../openapi/operation-page.module.css';
import schemaClasses from '../schema/schema-view.module.css';
import type { GraphqlField, GraphqlType } from './graphql-model.ts';

const KINDS: Partial<Record<GraphqlType['kind'], string>> = {
  query: 'Query',
  mutation: 'Mutation',
  subscription: 'Subscription',
};

interface ViewProps {
  type: GraphqlType;
  types: readonly GraphqlType[];
}

/** One operation or type of a GraphQL schema. */
export function GraphqlTypeView({ type, types }: ViewProps) {
  const { kind, name, description, deprecated, fields, values, related, source } = type;
  const isOperation = KINDS[kind] !== undefined;
  return (
    <article className={classes.page} aria-labelledby="operation-title">
      <h2 id="operation-title" className={classes.title}>
        {name} <Badge color="gray">{KINDS[kind] ?? kind}</Badge> {deprecated !== undefined && <Badge color="yellow">Deprecated</Badge>}
      </h2>
      <div className={classes.overview}>
        {deprecated !== undefined && <p className={classes.why}>Deprecated: {deprecated}</p>}
        {description !== undefined && <Markdown text={description} />}
        {type.type !== undefined && (
          <p>
            Answers with <TypeLink text={type.type} name={type.typeName ?? ''} types={types} />
          </p>
        )}
        {related.length > 0 && (
          <p>
            {kind === 'union' ? 'One of ' : 'Implements '}
            {related.map((each, index) => (
              <span key={each}>
                {index > 0 && ', '}
                <TypeLink text={each} name={each} types={types} />
              </span>
            ))}
          </p>
        )}
        {fields.length > 0 && (
          <section className={classes.section}>
            <h3 className={classes.sectionTitle}>{isOperation || kind === 'directive' ? 'Arguments' : 'Fields'}</h3>
            <FieldList fields={fields} types={types} />
          </section>
        )}
        {values.length > 0 && (
          <section className={classes.section}>
            <h3 className={classes.sectionTitle}>Values</h3>
            <ul className={schemaClasses.properties}>
              {values.map((value) => (
                <li key={value.name} className={schemaClasses.property}>
                  <span className={schemaClasses.name}>{value.name}</span>{' '}
                  {value.deprecated !== undefined && <span className={schemaClasses.mark}>deprecated: {value.deprecated}</span>}
                  {value.description !== undefined && <Markdown text={value.description} quiet />}
                </li>
              ))}
            </ul>
          </section>
        )}
        <section className={classes.section}>
          <h3 className={classes.sectionTitle}>In the schema</h3>
          <CodeBlock text={source} what={`the source of ${name}`} />
        </section>
      </div>
    </article>
  );
}

function FieldList({ fields, types }: { fields: readonly GraphqlField[]; types: readonly GraphqlType[] }) {
  return (
    <ul className={schemaClasses.properties}>
      {fields.map((field, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an extension may name a field again
        <li key={index} className={schemaClasses.property}>
          <div className={schemaClasses.head}>
            <span className={schemaClasses.name}>{field.name}</span>
            <TypeLink text={field.type} name={field.typeName} types={types} />
            {field.deprecated !== undefined && <span className={schemaClasses.mark}>deprecated: {field.deprecated}</span>}
          </div>
          {field.description !== undefined && <Markdown text={field.description} quiet />}
          {field.defaultValue !== undefined && (
            <div className={schemaClasses.facts}>
              <span>
                default <code className={schemaClasses.code}>{field.defaultValue}</code>
              </span>
            </div>
          )}
          {field.arguments.length > 0 && (
            <div className={schemaClasses.inside}>
              <FieldList fields={field.arguments} types={types} />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

/** A type, which leads to where it is described. */
function TypeLink({ text, name, types }: { text: string; name: string; types: readonly GraphqlType[] }) {
  const target = types.find((type) => type.name === name && KINDS[type.kind] === undefined && type.kind !== 'directive');
  if (target === undefined) return <span className={schemaClasses.type}>{text}</span>;
  return (
    <TextLink
      to="."
      search={(before: Record<string, string | undefined>) => ({ ...before, item: target.key })}
      className={schemaClasses.typeLink}
    >
      {text}
    </TextLink>
  );
}
