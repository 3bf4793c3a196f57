import { randomBytes } from 'node:crypto'
import pg from 'pg'

/** A role that may log in and nothing else, on the server of a database; dropped with `await using`. */
export async function createReaderRole(databaseUrl: string) {
  const name = `reader_${randomBytes(8).toString('hex')}`
  const password = randomBytes(8).toString('hex')
  const run = async (...statements: string[]): Promise<void> => {
    const client = new pg.Client(databaseUrl)
    await client.connect()
    for (const statement of statements) await client.query(statement)
    await client.end()
  }
  await run(`create role ${name} login password '${password}'`)
  return {
    name,
    url: Object.assign(new URL(databaseUrl), { username: name, password }).href,
    [Symbol.asyncDispose]: () => run(`drop owned by ${name}`, `drop role ${name}`),
  }
}
