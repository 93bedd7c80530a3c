import type { ApiDocument } from '../document/api-document.ts';
import { SchemaView } from '../schema/schema-view.tsx';
import { ContentView } from './content-view.tsx';
import classes from './operation-page.module.css';

/** One of the named schemas of a document. */
export function SchemaPage({ document, at, name }: { document: ApiDocument; at: readonly string[]; name: string }) {
  const schema = document.at([...at, name]);
  return (
    <article className={classes.page} aria-labelledby="schema-title">
      <h2 id="schema-title" className={classes.title}>
        {name}
      </h2>
      <div className={classes.overview}>
        {schema === undefined ? (
          <SchemaView document={document} schema={schema} direction={undefined} />
        ) : (
          <ContentView
            document={document}
            contents={[{ type: 'application/json', schema, examples: [] }]}
            direction={undefined}
            what={`the schema ${name}`}
          />
        )}
      </div>
    </article>
  );
}
