/** Values by host: an exact name first, then `*.example.com`, which stands for one label more. The first value for a name stays. */
export class HostMap<Value> {
  readonly #exact = new Map<string, Value>();
  readonly #wildcards = new Map<string, Value>();

  /** `host` in lower case. */
  add(host: string, value: Value): void {
    const [names, name] = host.startsWith('*.') ? [this.#wildcards, host.slice(2)] : [this.#exact, host];
    if (!names.has(name)) names.set(name, value);
  }

  /** `host` in lower case. */
  find(host: string): Value | undefined {
    const exact = this.#exact.get(host);
    if (exact !== undefined || this.#wildcards.size === 0) return exact;
    const dot = host.indexOf('.');
    return dot > 0 ? this.#wildcards.get(host.slice(dot + 1)) : undefined;
  }
}
