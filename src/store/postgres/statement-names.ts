/** More than the store has different texts; each connection keeps as many plans. */
const namesAtMost = 300

/** Names under which connections keep statements prepared. */
export class StatementNames {
  readonly #names = new Map<string, string>()

  /** Undefined for what comes after too many others. */
  of(sql: string): string | undefined {
    const known = this.#names.get(sql)
    if (known !== undefined || this.#names.size >= namesAtMost) return known
    const name = `store_${this.#names.size}`
    this.#names.set(sql, name)
    return name
  }
}
