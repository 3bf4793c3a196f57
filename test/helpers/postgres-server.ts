import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { freePort } from './free-port.ts'

const run = promisify(execFile)
const debianFolder = '/usr/lib/postgresql'

export type PostgresServer = {
  /** Of its first database. */
  url: string
  /** Ends it as a power cut would: no checkpoint, no farewell to its clients. */
  crash(): Promise<void>
  start(): Promise<void>
  /** Stops it and all that it runs from answering, as a machine without memory or disk does. */
  pause(): Promise<void>
  resume(): Promise<void>
  /** An empty database of its own. */
  createDatabase(): Promise<string>
} & AsyncDisposable

/** A real PostgreSQL on a free port of this machine, with its data in a folder that goes with it. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'proofloop-postgres-'))
  const port = await freePort()
  const url = `postgres://proofloop@127.0.0.1:${port}/postgres`
  const as = await otherUser()
  if (as !== undefined) await chown(folder, as.uid, as.gid)
  const data = path.join(folder, 'data')
  const initdb = ['-D', data, '-U', 'proofloop', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N']
  const [program = '', ...rest] = command(as, 'initdb', initdb)
  await run(program, rest)

  let child: ChildProcess | undefined
  const end = async (signal: 'SIGINT' | 'SIGQUIT'): Promise<void> => {
    if (child === undefined || !isRunning(child)) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }
  const start = async (): Promise<void> => {
    const options = ['-D', data, '-p', `${port}`, '-k', folder, '-h', '127.0.0.1']
    const [postgres = '', ...parameters] = command(as, 'postgres', options)
    child = spawn(postgres, parameters, { stdio: 'ignore' })
    await untilReady(url, child)
  }
  await start()
  const signalAll = async (signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> => {
    const pid = child?.pid
    if (pid === undefined || !isRunning(child)) return
    process.kill(pid, signal)
    for (const backend of await childrenOf(pid)) signalIfThere(backend, signal)
  }
  return {
    url,
    start,
    pause: () => signalAll('SIGSTOP'),
    resume: () => signalAll('SIGCONT'),
    crash: () => end('SIGQUIT'),
    createDatabase: () => createDatabase(url),
    async [Symbol.asyncDispose]() {
      await signalAll('SIGCONT')
      await end('SIGINT')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Beside the given one, on the same server. */
export async function createDatabase(url: string): Promise<string> {
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`
  const client = new pg.Client(url)
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  return Object.assign(new URL(url), { pathname: `/${name}` }).href
}

/** Another one with the same content, once the last connection to the given one has ended. */
export async function copyDatabase(url: string): Promise<string> {
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`
  const template = new URL(url).pathname.slice(1)
  const client = new pg.Client(Object.assign(new URL(url), { pathname: '/postgres' }).href)
  await client.connect()
  const connected = 'select 1 from pg_stat_activity where datname = $1'
  while ((await client.query(connected, [template])).rows.length > 0) await setTimeout(20)
  await client.query(`create database ${name} template ${template}`)
  await client.end()
  return Object.assign(new URL(url), { pathname: `/${name}` }).href
}

export async function dropDatabase(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1)
  const client = new pg.Client(Object.assign(new URL(url), { pathname: '/postgres' }).href)
  await client.connect()
  await client.query(`drop database ${name} with (force)`)
  await client.end()
}

type User = { uid: number; gid: number; name: string }

/** PostgreSQL refuses to run as root. */
async function otherUser(): Promise<User | undefined> {
  if (process.getuid?.() !== 0) return undefined
  for (const name of ['postgres', 'nobody']) {
    const ids = await Promise.all(['-u', '-g'].map((kind) => run('id', [kind, name]))).catch(
      () => [],
    )
    const [uid, gid] = ids.map(({ stdout }) => Number(stdout))
    if (uid !== undefined && gid !== undefined) return { uid, gid, name }
  }
  throw new Error('PostgreSQL cannot run as root and there is no user postgres or nobody.')
}

/** Ends with us, however we end. */
function command(as: User | undefined, program: string, parameters: string[]): string[] {
  const user =
    as === undefined ? [] : ['--reuid', as.name, '--regid', `${as.gid}`, '--clear-groups']
  return ['setpriv', ...user, '--pdeathsig', 'INT', path.join(binaries(), program), ...parameters]
}

function binaries(): string {
  const versions = existsSync(debianFolder) ? readdirSync(debianFolder) : []
  const newest = versions.map(Number).toSorted((a, b) => b - a)[0]
  if (newest !== undefined) return path.join(debianFolder, `${newest}`, 'bin')
  throw new Error(
    `There is no PostgreSQL in ${debianFolder}. Install it (apt-get install postgresql), or set DATABASE_URL.`,
  )
}

function isRunning(child: ChildProcess | undefined): boolean {
  return child?.exitCode === null && child.signalCode === null
}

/** Backends come and go. */
function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', `${pid}`])
  return stdout.split('\n').filter(Boolean).map(Number)
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`PostgreSQL ended with code ${child.exitCode}.`)
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 })
    try {
      await client.connect()
      await client.end()
      return
    } catch {
      await setTimeout(50)
    }
  }
}
