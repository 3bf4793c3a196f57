import type { StoreContext } from './context.ts'

/** Values of the installation, by key. */
export type Settings = {
  /** Undefined when it was never set. */
  get(key: string): Promise<unknown>
  put(key: string, value: unknown): Promise<void>
  /** Sets it unless it is set, and returns what holds: of two servers that start at once, one wins. */
  ensure(key: string, value: unknown): Promise<unknown>
}

export function createSettings({ database: { kysely, atomically }, now }: StoreContext): Settings {
  const row = (key: string, value: unknown) => ({
    key,
    value: JSON.stringify(value),
    updated_at: now(),
  })
  const get = async (key: string): Promise<unknown> => {
    const found = await kysely
      .selectFrom('settings')
      .select('value')
      .where('key', '=', key)
      .executeTakeFirst()
    return found === undefined ? undefined : JSON.parse(found.value)
  }
  return {
    get,
    async put(key, value) {
      const query = kysely
        .insertInto('settings')
        .values(row(key, value))
        .onConflict((conflict) =>
          conflict.column('key').doUpdateSet((eb) => ({
            value: eb.ref('excluded.value'),
            updated_at: eb.ref('excluded.updated_at'),
          })),
        )
      await atomically([{ query }])
    },
    async ensure(key, value) {
      const query = kysely
        .insertInto('settings')
        .values(row(key, value))
        .onConflict((conflict) => conflict.column('key').doNothing())
      await atomically([{ query }])
      return get(key)
    },
  }
}
