import classes from './method-badge.module.css';

const SHORT: Record<string, string | undefined> = {
  DELETE: 'DEL',
  OPTIONS: 'OPT',
  SEND: 'SEND',
  RECEIVE: 'RECV',
  PUBLISH: 'PUB',
  SUBSCRIBE: 'SUB',
  CHANNEL: 'CHAN',
};
/** The colour of a method; what sends is as POST, and what receives as GET. */
const COLOURS: Record<string, string | undefined> = {
  GET: classes.GET,
  QUERY: classes.GET,
  RECEIVE: classes.GET,
  SUBSCRIBE: classes.GET,
  POST: classes.POST,
  SEND: classes.POST,
  PUBLISH: classes.POST,
  PUT: classes.PUT,
  PATCH: classes.PATCH,
  DELETE: classes.DELETE,
};

/** The method of an operation, short in lists. */
export function MethodBadge({ method, large = false }: { method: string; large?: boolean }) {
  const colour = COLOURS[method] ?? classes.other;
  return (
    <span className={`${classes.method} ${colour} ${large ? classes.large : ''}`} title={large ? undefined : method}>
      {large ? method : (SHORT[method] ?? method)}
    </span>
  );
}
