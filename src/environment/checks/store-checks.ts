import { type Check, fail, pass, skipped } from '../check.ts'

const engines = { sqlite: 'SQLite in the data folder', postgres: 'PostgreSQL' }

const reachable: Check = {
  name: 'store',
  needs: [],
  async run({ store }) {
    const { health } = await store()
    await health.durability()
    return pass(`${engines[health.engine]} answers.`)
  },
}

const tables: Check = {
  name: 'tables',
  needs: ['store'],
  async run({ store }) {
    const { newest, missing } = await (await store()).health.steps()
    if (missing.length === 0) return pass(`The tables are of this version (${newest}).`)
    const [first] = missing
    const count = missing.length === 1 ? 'a step' : `${missing.length} steps`
    return fail(
      `The tables lack ${count} of this version, ${first} first.`,
      'Make a backup, then start the server with this version: it brings the tables up to date.',
    )
  },
}

const durability: Check = {
  name: 'durability',
  needs: ['store'],
  async run({ store }) {
    const { health } = await store()
    const settings = await health.durability()
    const unsafe = settings.filter(({ isSafe }) => !isSafe)
    if (unsafe.length === 0) {
      return pass(settings.map(({ name, value }) => `${name} is ${value}`).join(', ') + '.')
    }
    const told = unsafe.map(({ name, value }) => `${name} is ${value}`).join(', ')
    const wanted = unsafe.map(({ name, wanted }) => `${name} = ${wanted}`).join(', ')
    const where = health.engine === 'postgres' ? 'PostgreSQL' : 'the database'
    return fail(
      `What was acknowledged can be lost when the power goes: ${told}.`,
      `Set ${wanted} in ${where}, for the server and for its role and database.`,
    )
  },
}

const role: Check = {
  name: 'database-role',
  needs: ['store'],
  async run({ store }) {
    const { health } = await store()
    if (health.engine === 'sqlite') return skipped('SQLite has no roles.')
    const roles = await health.roles()
    const mighty = roles.find(
      ({ superuser, bypassesRowSecurity }) => superuser || bypassesRowSecurity,
    )
    if (mighty === undefined) {
      const names = roles.map(({ name }) => name).join(', ')
      return pass(`The role ${names} is no superuser and is held to row-level security.`)
    }
    const why = mighty.superuser ? 'is a superuser' : 'bypasses row-level security'
    return fail(
      `The role ${mighty.name}, as which Proofloop can act, ${why}: no rule of the database holds for it.`,
      'Name a role in DATABASE_URL that has LOGIN, NOSUPERUSER and NOBYPASSRLS, owns the database and is a member of no other. SET ROLE is not enough.',
    )
  },
}

const readerWall: Check = {
  name: 'reader-wall',
  needs: ['tables'],
  async run({ tables: opened, env }) {
    const { health, people } = await opened()
    if (health.engine === 'sqlite') return skipped('SQLite has no roles.')
    const readerUrl = env['PROOFLOOP_READER_DATABASE_URL'] ?? ''
    if (readerUrl === '') {
      // Whoever is alone may see everything; from others something may be hidden.
      const tell = (await people.list()).length > 1 ? fail : skipped
      return tell(
        'The second wall is down: nothing but its own queries keeps the server from showing hidden rows.',
        'Make a role for readers and name it in PROOFLOOP_READER_DATABASE_URL, as docs/security.md says.',
      )
    }
    if (!(await health.tryReaderRole(readerUrl))) {
      return skipped(
        'The role for readers cannot be tried yet: it may not use the schema of the tables.',
        'Start the server once; it lets a role that is safe read what it must.',
      )
    }
    return pass('The database itself holds back from readers what they may not see.')
  },
}

const masterKey: Check = {
  name: 'master-key',
  needs: ['tables'],
  async run({ tables: opened }) {
    const { secrets } = await opened()
    if ((await secrets.tryAll()) === 0) return skipped('There is no secret yet that it could open.')
    return pass('The master key of this machine opens the secrets in the database.')
  },
}

export const storeChecks: Check[] = [reachable, tables, durability, role, readerWall, masterKey]
