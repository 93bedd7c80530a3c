/** Values by environment, then by name. */
export type Variables = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** One variable in all environments; an empty value: it has none there. */
export interface VariableRow {
  name: string;
  values: Readonly<Record<string, string>>;
}

export function toRows(variables: Variables): VariableRow[] {
  const rows = new Map<string, Record<string, string>>();
  for (const [environment, values] of Object.entries(variables)) {
    for (const [name, value] of Object.entries(values)) rows.set(name, { ...rows.get(name), [environment]: value });
  }
  return [...rows].map(([name, values]) => ({ name, values }));
}

/** What has no name yet, or no value, is left out. */
export function fromRows(rows: readonly VariableRow[]): Variables {
  const variables: Record<string, Record<string, string>> = {};
  for (const { name, values } of rows) {
    if (name === '') continue;
    for (const [environment, value] of Object.entries(values)) {
      if (value !== '') variables[environment] = { ...variables[environment], [name]: value };
    }
  }
  return variables;
}

/** Whatever their order. */
export function isSameVariables(one: Variables, other: Variables): boolean {
  return flat(one) === flat(other);
}

function flat(variables: Variables): string {
  const pairs = Object.entries(variables).flatMap(([environment, values]) => Object.entries(values).map((pair) => [environment, ...pair]));
  return JSON.stringify(pairs.sort());
}

export function nameProblem(rows: readonly VariableRow[], index: number): string | undefined {
  const { name = '', values = {} } = rows[index] ?? {};
  if (name === '') return Object.values(values).some((value) => value !== '') ? 'It needs a name.' : undefined;
  if (!/^[A-Za-z0-9_]{1,64}$/.test(name)) return 'Letters, digits and _ only, at most 64.';
  return rows.findIndex((row) => row.name === name) < index ? 'This name is there already.' : undefined;
}
