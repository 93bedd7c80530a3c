import classes from './code.module.css';
import { CopyButton } from './copy-button.tsx';

interface CodeBlockProps {
  text: string;
  /** What it is, for screen readers and the copy button: "the curl command". */
  what: string;
  wrap?: boolean;
  maxHeight?: number;
}

/** A text as it is, to be read and copied. */
export function CodeBlock({ text, what, wrap = false, maxHeight }: CodeBlockProps) {
  return (
    <div
      className={wrap ? `${classes.block} ${classes.wrap}` : classes.block}
      style={maxHeight === undefined ? undefined : { ['--code-max-height' as string]: `${maxHeight}px` }}
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section tabIndex={0} aria-label={what} className={classes.scroll}>
        <pre>
          <code>{text}</code>
        </pre>
      </section>
      <div className={classes.copy}>
        <CopyButton value={text} what={what} />
      </div>
    </div>
  );
}
