import classes from './try-it.module.css';

/** Headers, one line for each value. */
export function HeaderTable({ label, headers }: { label: string; headers: readonly (readonly [name: string, value: string])[] }) {
  return (
    <table className={classes.fields} aria-label={label}>
      <tbody>
        {headers.map(([name, value], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a header may be there several times
          <tr key={index}>
            <th scope="row">{name}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** As an answer has them: several values by name. */
export function toHeaderList(headers: Readonly<Record<string, readonly string[]>>): [string, string][] {
  return Object.entries(headers).flatMap(([name, values]) => values.map((value): [string, string] => [name, value]));
}
