import type { Insertable, Kysely, Selectable } from 'kysely'
import type { ModelAccount } from '../schema/model.ts'
import { StoredSpend } from '../schema/stored-spend.ts'
import type { StoreContext } from './context.ts'
import type { Tables } from './tables.ts'

type SpendBatch = {
  /** Of requests that went out together. Work that is tried again sends anew and is another batch. */
  id: string
  person: string
  /** Of the server, in which it was sent; null or left out: in none. */
  environment?: string | null
  /** By the name that flows have for the model. */
  accounts: Record<string, ModelAccount>
}

/** What people spend on models, by calendar month (UTC). */
export type Spend = {
  /** To the month of now. False when the batch was added before, and nothing is counted again. */
  add(batch: SpendBatch): Promise<boolean>
  /**
   * By person and model.
   * @param month `2026-03`
   * @param person whose; everybody's when it is left out
   */
  list(month: string, person?: string): Promise<StoredSpend[]>
  /** The part that was sent in an environment. */
  listIn(environment: string, month: string): Promise<StoredSpend[]>
}

export function createSpend({ database: { kysely, atomically }, now }: StoreContext): Spend {
  return {
    async add({ id, person, environment = null, accounts }) {
      const time = now()
      const batch = kysely
        .insertInto('spend_batches')
        .values({ id, created_at: time })
        .onConflict((conflict) => conflict.column('id').doNothing())
      // In one order everywhere: two that take rows in different orders would wait for each other.
      const rows = Object.entries(accounts)
        .filter(([, { requests }]) => requests > 0)
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([model, account]) => ({ ...rowOf(account), month: monthOf(time), person, model }))
      const steps = [
        { query: batch, required: true },
        ...rows.map((row) => ({ query: addRow(kysely, row) })),
        ...rows.flatMap((row) =>
          environment === null ? [] : [{ query: addRowIn(kysely, { ...row, environment }) }],
        ),
      ]
      return (await atomically(steps)) !== null
    },
    async list(month, person) {
      const rows = await kysely
        .selectFrom('spend')
        .selectAll()
        .where('month', '=', month)
        .$if(person !== undefined, (query) => query.where('person', '=', person ?? ''))
        .orderBy('person')
        .orderBy('model')
        .orderBy('currency')
        .execute()
      return rows.map(spendOf)
    },
    async listIn(environment, month) {
      const rows = await kysely
        .selectFrom('environment_spend')
        .selectAll()
        .where('environment', '=', environment)
        .where('month', '=', month)
        .orderBy('person')
        .orderBy('model')
        .orderBy('currency')
        .execute()
      return rows.map(spendOf)
    },
  }
}

/** The calendar month (UTC) as `2026-03`. */
export function monthOf(time: number): string {
  return new Date(time).toISOString().slice(0, 7)
}

/** Null unless the cost of everything is known, in this currency; nothing spent is 0. */
export function costIn(currency: string, spend: StoredSpend[]): number | null {
  const isKnown = spend.every(
    (part) => part.requestsWithoutCost === 0 && part.currency === currency,
  )
  return isKnown ? spend.reduce((sum, { cost }) => sum + cost, 0) : null
}

function rowOf({ requests, cost, currency, inputTokens, outputTokens }: ModelAccount) {
  return {
    currency: currency ?? '',
    requests,
    requests_without_cost: cost === null ? requests : 0,
    cost: cost ?? 0,
    input_tokens: inputTokens,
    output_tokens: outputTokens,
  }
}

const sums = ['requests', 'requests_without_cost', 'cost', 'input_tokens', 'output_tokens'] as const

function addRow(kysely: Kysely<Tables>, row: Insertable<Tables['spend']>) {
  return kysely
    .insertInto('spend')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['month', 'person', 'model', 'currency'])
        .doUpdateSet((eb) =>
          Object.fromEntries(
            sums.map((name) => [name, eb(`spend.${name}`, '+', eb.ref(`excluded.${name}`))]),
          ),
        ),
    )
}

function addRowIn(kysely: Kysely<Tables>, row: Insertable<Tables['environment_spend']>) {
  return kysely
    .insertInto('environment_spend')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['environment', 'month', 'person', 'model', 'currency'])
        .doUpdateSet((eb) =>
          Object.fromEntries(
            sums.map((name) => [
              name,
              eb(`environment_spend.${name}`, '+', eb.ref(`excluded.${name}`)),
            ]),
          ),
        ),
    )
}

function spendOf(row: Selectable<Tables['spend']>): StoredSpend {
  return StoredSpend.parse({
    ...row,
    currency: row.currency === '' ? null : row.currency,
    requestsWithoutCost: row.requests_without_cost,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
  })
}
