import { type Metric, Registry } from 'prom-client';

/** One line of the exposition. `sharedLabels` are printed once and kept, so lines that have them in common name the same object. */
export interface MetricValue {
  /** With its suffix, where a family has several (`_bucket`, `_sum`, `_count`). */
  metricName?: string;
  labels: Record<string, string | number>;
  sharedLabels?: Readonly<Record<string, string>>;
  value: number;
}

/** Lines that are rendered before others get their turn: about a millisecond. */
const LINES_PER_SLICE = 500;

/** A metric family whose values are kept elsewhere and read when they are asked for. For prom-client it is a metric like its own. */
export class PulledMetric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly #values: () => Iterable<MetricValue>;

  constructor(type: PulledMetric['type'], name: string, help: string, values: () => Iterable<MetricValue>) {
    this.type = type;
    this.name = name;
    this.help = help;
    this.#values = values;
  }

  /** What prom-client renders. */
  get() {
    return Promise.resolve(this.#family([...this.#values()]));
  }

  /** prom-client's text in slices, each of some hundred lines, so that a large family neither blocks the thread nor stands in memory whole. */
  async *slices(): AsyncGenerator<string> {
    let slice: MetricValue[] = [];
    let first = true;
    for (const value of this.#values()) {
      slice.push(value);
      if (slice.length < LINES_PER_SLICE) continue;
      yield await this.#render(slice, first);
      slice = [];
      first = false;
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (first || slice.length > 0) yield await this.#render(slice, first);
  }

  registerIn(registry: Registry): void {
    // prom-client reads name and get() only; its type asks for one of its own classes.
    registry.registerMetric(this as unknown as Metric);
  }

  async #render(values: MetricValue[], first: boolean): Promise<string> {
    const page = new Registry();
    new PulledMetric(this.type, this.name, this.help, () => values).registerIn(page);
    const text = await page.metrics();
    // HELP and TYPE stand once, before the family's first value.
    return first ? text : text.slice(text.indexOf('\n', text.indexOf('\n') + 1) + 1);
  }

  #family(values: MetricValue[]) {
    return { name: this.name, help: this.help, type: this.type, values, aggregator: 'sum' as const };
  }
}
