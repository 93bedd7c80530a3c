import { IconLock, IconLockOpen } from '@tabler/icons-react';
import { Fragment } from 'react';
import schemaClasses from '../schema/schema-view.module.css';
import classes from './operation-page.module.css';
import type { SecurityChoice } from './security.ts';

interface SecurityWordsProps {
  security: readonly SecurityChoice[];
  /** The environment in which the gateway wants an authorized app. */
  appIn?: string | undefined;
}

/** What a caller has to show, in words. */
export function SecurityWords({ security, appIn }: SecurityWordsProps) {
  const open = security.some((choice) => choice.length === 0);
  const needed = security.filter((choice) => choice.length > 0);
  if (needed.length === 0 && appIn === undefined) return null;
  const Icon = open && appIn === undefined ? IconLockOpen : IconLock;
  return (
    <div className={classes.security}>
      <Icon size={16} aria-hidden />
      <div>
        {appIn !== undefined && (
          <div>
            <Words text={`The API wants an app that is authorized in ${appIn}; callers send its AppCode in \`X-Api-Key\``} />
          </div>
        )}
        {needed.map((choice, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the choices of an operation never change their order
          <div key={index}>
            {index > 0 && 'or '}
            <Choice choice={choice} first={index === 0} />
          </div>
        ))}
        {open && needed.length > 0 && <div>or nothing: it may be called without credentials</div>}
      </div>
    </div>
  );
}

function Choice({ choice, first }: { choice: SecurityChoice; first: boolean }) {
  return choice.map(({ scheme, words, scopes }, position) => (
    <Fragment key={scheme}>
      {position > 0 && ', together with '}
      <Words text={first && position === 0 ? words : words.charAt(0).toLowerCase() + words.slice(1)} />
      {scopes.length > 0 && (
        <>
          {' with '}
          {scopes.map((scope) => (
            <code key={scope} className={schemaClasses.code}>
              {scope}
            </code>
          ))}
        </>
      )}
    </Fragment>
  ));
}

/** What stands between backticks is code. */
function Words({ text }: { text: string }) {
  return text.split('`').map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence never change their order
      <code key={index} className={schemaClasses.code}>
        {part}
      </code>
    ),
  );
}
