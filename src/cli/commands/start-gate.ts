import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { startGateWorker } from '../../flow/isolate/gate-worker.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { createLog } from '../../server/log.ts'
import type { Io } from '../io.ts'
import { version } from '../version.ts'

/** `proofloop start --role gate`: runs flows for a server until it is interrupted. */
export async function startGate(
  { data, gateSocket }: { data: string; gateSocket?: string },
  io: Io,
): Promise<number> {
  if (gateSocket === undefined) {
    throw new UserFacingError(
      'gate-socket-missing',
      'Say where the gate worker and its server meet: --gate-socket FILE, in a folder that both have.',
    )
  }
  refuseSecrets(io.env)
  refuseData(path.resolve(io.cwd, data))
  const log = createLog({ write: (line) => io.stderr.write(line), level: 'info' })
  const socket = path.resolve(io.cwd, gateSocket)
  const report = (error: unknown): void => log.error('gate-worker-error', error)
  await using _worker = await startGateWorker({ socket, version: version(), report })
  io.stdout.write(`Proofloop runs flows for gates at ${socket}\nCtrl-C ends it.\n`)
  if (!io.signal.aborted) await once(io.signal, 'abort')
  io.stdout.write('Stopping.\n')
  return 0
}

const secretNames =
  /^(?:PROOFLOOP_MASTER_KEY.*|.*DATABASE_URL|PG(?:PASSWORD|PASSFILE|SERVICEFILE)|.*(?:_API_KEY|_SECRET|_SECRET_KEY|_ACCESS_KEY|_TOKEN|_PASSWORD)|PROOFLOOP_SMTP_URL)$/u

/** Where flows run there is nothing to find, should one get through to its worker. */
function refuseSecrets(env: Io['env']): void {
  const found = Object.keys(env).filter((name) => env[name] && secretNames.test(name))
  if (found.length === 0) return
  throw new UserFacingError(
    'gate-worker-secrets',
    `A gate worker gets no secret, and its environment has ${found.toSorted().join(', ')}. Start it without; its server has what is needed.`,
  )
}

function refuseData(folder: string): void {
  if (!existsSync(folder)) return
  throw new UserFacingError(
    'gate-worker-data',
    `A gate worker has no data folder, and ${folder} is there. Start it where that is not mounted.`,
  )
}
