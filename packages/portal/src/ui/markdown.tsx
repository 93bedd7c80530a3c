import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { isHeavyMarkdown } from './is-heavy-markdown.ts';
import classes from './markdown.module.css';
import { withoutHtml } from './without-html.ts';

const COMPONENTS: Components = {
  a: ({ href, children }) => {
    const external = /^(https?:|mailto:)/i.test(href ?? '');
    return external ? (
      <a href={href} rel="noopener noreferrer nofollow" target="_blank">
        {children}
      </a>
    ) : (
      <span>{children}</span>
    );
  },
  // Pictures of strangers would tell them who reads: their text is shown instead.
  img: ({ alt }) => <span>{alt}</span>,
  // A description's headings are below those of the page that shows it.
  h1: ({ children }) => <h3>{children}</h3>,
  h2: ({ children }) => <h3>{children}</h3>,
  h3: ({ children }) => <h4>{children}</h4>,
};
const PLUGINS = [remarkGfm, withoutHtml];
/** Longer texts are shown so far. */
const LENGTH_MAX = 40_000;

/**
 * A text that somebody wrote in Markdown. Of HTML in it only the words stay, links lead to web and mail addresses only. `quiet`: as a note
 * to what stands above it.
 */
export function Markdown({ text, quiet = false }: { text: string; quiet?: boolean }) {
  const shown = text.length > LENGTH_MAX ? `${text.slice(0, LENGTH_MAX)}…` : text;
  return (
    <div className={quiet ? `${classes.text} ${classes.quiet}` : classes.text}>
      {isHeavyMarkdown(shown) ? (
        <p className={classes.plain}>{shown}</p>
      ) : (
        <ReactMarkdown components={COMPONENTS} remarkPlugins={PLUGINS}>
          {shown}
        </ReactMarkdown>
      )}
    </div>
  );
}
