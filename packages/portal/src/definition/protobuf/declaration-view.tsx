import { Badge } from '@mantine/core';
import { TextLink } from '../../ui/links.tsx';
import classes from '../openapi/operation-page.module.css';
import schemaClasses from '../schema/schema-view.module.css';
import styles from './protobuf.module.css';
import type { ProtoDeclaration, ProtoFile, ProtoMethod } from './protobuf-model.ts';

interface ViewProps {
  declaration: ProtoDeclaration;
  file: ProtoFile;
}

/** A service, message or enum. Comments are texts, and shown as such. */
export function DeclarationView({ declaration, file }: ViewProps) {
  const { kind, name, fullName, comment, deprecated, methods, fields, values } = declaration;
  return (
    <article className={classes.page} aria-labelledby="operation-title">
      <h2 id="operation-title" className={classes.title}>
        {name} <Badge color="gray">{kind}</Badge> {deprecated && <Badge color="yellow">Deprecated</Badge>}
      </h2>
      <div className={classes.address}>
        <span className={classes.path}>{fullName}</span>
      </div>
      <div className={classes.overview}>
        <Comment text={comment} />
        {kind === 'service' && (
          <section className={classes.section}>
            <h3 className={classes.sectionTitle}>Methods</h3>
            <ul className={schemaClasses.properties}>
              {methods.map((method) => (
                <Method key={method.name} method={method} declaration={declaration} file={file} />
              ))}
            </ul>
          </section>
        )}
        {kind === 'message' && (
          <section className={classes.section}>
            <h3 className={classes.sectionTitle}>Fields</h3>
            {fields.length === 0 && <p className={classes.why}>It has none.</p>}
            <ul className={schemaClasses.properties}>
              {fields.map((field) => (
                <li key={field.name} className={schemaClasses.property}>
                  <div className={schemaClasses.head}>
                    <span className={schemaClasses.name}>{field.name}</span>
                    <TypeLink text={field.type} name={field.typeName} declaration={declaration} file={file} />
                    <span className={schemaClasses.type}>= {field.id}</span>
                    {field.oneof !== undefined && <span className={schemaClasses.type}>one of {field.oneof}</span>}
                    {field.deprecated && <span className={schemaClasses.mark}>deprecated</span>}
                  </div>
                  <Comment text={field.comment} />
                </li>
              ))}
            </ul>
          </section>
        )}
        {kind === 'enum' && (
          <section className={classes.section}>
            <h3 className={classes.sectionTitle}>Values</h3>
            <ul className={schemaClasses.properties}>
              {values.map((value) => (
                <li key={value.name} className={schemaClasses.property}>
                  <span className={schemaClasses.name}>{value.name}</span> <span className={schemaClasses.type}>= {value.id}</span>
                  <Comment text={value.comment} />
                </li>
              ))}
            </ul>
          </section>
        )}
        {file.imports.length > 0 && (
          <p className={classes.why}>The file imports {file.imports.join(', ')}; what is in them is not part of this definition.</p>
        )}
      </div>
    </article>
  );
}

function Method({ method, declaration, file }: ViewProps & { method: ProtoMethod }) {
  const { name, comment, request, requestStream, response, responseStream, deprecated } = method;
  return (
    <li className={schemaClasses.property}>
      <div className={schemaClasses.head}>
        <span className={schemaClasses.name}>{name}</span>
        {deprecated && <span className={schemaClasses.mark}>deprecated</span>}
      </div>
      <div className={styles.signature}>
        <span>
          {requestStream && <Badge color="gray">stream</Badge>}{' '}
          <TypeLink text={request} name={request} declaration={declaration} file={file} />
        </span>
        <span aria-hidden>→</span>
        <span className="visually-hidden">returns</span>
        <span>
          {responseStream && <Badge color="gray">stream</Badge>}{' '}
          <TypeLink text={response} name={response} declaration={declaration} file={file} />
        </span>
      </div>
      <Comment text={comment} />
    </li>
  );
}

function Comment({ text }: { text: string | undefined }) {
  return text === undefined ? null : <p className={styles.comment}>{text}</p>;
}

/** A type, which leads to where it is declared: names are looked for from the inside out, as the language does. */
function TypeLink({ text, name, declaration, file }: ViewProps & { text: string; name: string }) {
  const scope = declaration.fullName.split('.');
  const candidates = name.startsWith('.')
    ? [name.slice(1)]
    : [...scope.map((_, index) => [...scope.slice(0, scope.length - index), name].join('.')), name];
  const target = candidates
    .map((candidate) => file.declarations.find(({ fullName, kind }) => fullName === candidate && kind !== 'service'))
    .find((found) => found !== undefined);
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
