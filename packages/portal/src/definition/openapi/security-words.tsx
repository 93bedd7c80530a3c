import { IconLock, IconLockOpen } from '@tabler/icons-react';
import { Fragment } from 'react';
import schemaClasses from '../schema/schema-view.module.css';
import classes from './operation-page.module.css';
import type { SecurityChoice } from './security.ts';

/** What a caller has to show, in words. */
export function SecurityWords({ security }: { security: readonly SecurityChoice[] }) {
  if (security.length === 0) return null;
  const open = security.some((choice) => choice.length === 0);
  const needed = security.filter((choice) => choice.length > 0);
  const Icon = open ? IconLockOpen : IconLock;
  if (needed.length === 0) return null;
  return (
    <div className={classes.security}>
      <Icon size={16} aria-hidden />
      <div>
        {needed.map((choice, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the choices of an operation never change their order
          <div key={index}>
            {index > 0 && 'or '}
            {choice.map(({ scheme, words, scopes }, position) => (
              <Fragment key={scheme}>
                {position > 0 && ', together with '}
                <Words text={index > 0 || position > 0 ? words.charAt(0).toLowerCase() + words.slice(1) : words} />
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
            ))}
          </div>
        ))}
        {open && <div>or nothing: it may be called without credentials</div>}
      </div>
    </div>
  );
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
