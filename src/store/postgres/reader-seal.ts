import { createHash } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import type { Tables } from '../tables.ts'

/** Both halves of a key, as the function `reader_seal` of the database has them. */
export type Pads = { inner: string; outer: string }

export async function readPads(kysely: Kysely<Tables>): Promise<Pads> {
  const { rows } = await sql<Pads>`
    select inner_pad as inner, outer_pad as outer from reader_key`.execute(kysely)
  const [pads] = rows
  if (pads === undefined) throw new Error('The key of scopes is gone.')
  return pads
}

/** A scope that the database believes: whoever cannot read the key cannot make another. */
export function sealScope({ inner, outer }: Pads, content: string): string {
  const hash = (...parts: (string | Buffer)[]): Buffer =>
    parts.reduce((made, part) => made.update(part), createHash('sha256')).digest()
  return `${hash(outer, hash(inner, content)).toString('hex')}.${content}`
}
