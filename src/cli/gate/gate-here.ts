import path from 'node:path'
import { ensureFirstPerson } from '../../access/membership.ts'
import { loadServerConfig } from '../../environment/server-config.ts'
import { keepBundle } from '../../evaluation/bundles.ts'
import { authorGate } from '../../gate/gate-views.ts'
import { markedVersions, markReference } from '../../gate/mark-reference.ts'
import { publicKeyOf } from '../../gate/sign-receipt.ts'
import { budgetOf, startGate } from '../../gate/start-gate.ts'
import { workOnGates } from '../../gate/work-on-gates.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { isDemo } from '../../schema/gate-settings.ts'
import { createLog } from '../../server/log.ts'
import { type Host, openHost } from '../../server/open-host.ts'
import { bundleHere } from '../bundle-here.ts'
import type { Io } from '../io.ts'
import { version } from '../version.ts'
import { type GatePlace, type GateQuestion, isVersion } from './gate-place.ts'

export type GateHereOptions = { data: string; flow?: string; config?: string }

/**
 * The gate on the data folder of this machine, where one person is all there is; each receipt says so. No
 * server may use the folder meanwhile.
 * @throws UserFacingError gate-needs-server, store-locked, and those of store, flow and configuration
 */
export async function gateHere(options: GateHereOptions, io: Io): Promise<GatePlace> {
  await using stack = new AsyncDisposableStack()
  const host = await openHost(stack, {
    dataFolder: path.resolve(io.cwd, options.data),
    cwd: io.cwd,
    env: { ...io.env, DATABASE_URL: undefined },
    flow: options.flow,
    config: loadServerConfig({ cwd: io.cwd, config: options.config }),
    requester: 'local',
    url: 'http://127.0.0.1',
    oidc: null,
    mail: null,
    log: createLog({ write: (line) => io.stderr.write(line), level: 'warn' }),
    version: version(),
  })
  const { id: person } = await ensureFirstPerson(host)
  if (!(await host.isSolo())) {
    throw new UserFacingError(
      'gate-needs-server',
      'Several people have accounts in this data folder: ask the gate of their server with --server URL. On this machine it answers one person alone.',
    )
  }
  stack.use(await workOnGates(host))
  const held = stack.move()
  return {
    async budget() {
      const { baseline } = await markedVersions(host)
      const { environment, settings } = host.gate
      const { answerEverySeconds } = settings
      const budget = await budgetOf(host, person)
      const demo = isDemo(settings)
      const production = baseline?.version ?? null
      return { ...budget, answerEverySeconds, baseline: production, demo, environment }
    },
    start: (question) => startHere(host, person, { question, io }),
    answer: async (gate) => answerOf(host, gate),
    publicKey: async () => publicKeyOf(await host.gate.signingKey()),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

async function startHere(
  host: Host,
  person: string,
  { question, io }: { question: GateQuestion; io: Io },
) {
  const { candidate, environment, again, paragraphsPerChunk } = question
  const baseline = await baselineHere(host, person, question)
  const wanted = { baseline, environment, again }
  if (isVersion(candidate)) {
    return authorGate(await startGate(host, person, { ...wanted, flow: candidate }), host.now())
  }
  const { packed, name } = await bundleHere({ flow: candidate, paragraphsPerChunk }, io)
  const { sha256: bundle } = await keepBundle(host, person, { ...packed, name })
  return authorGate(await startGate(host, person, { ...wanted, bundle }), host.now())
}

/** Whoever is alone says what is in production, until a version is marked. */
async function baselineHere(
  host: Host,
  by: string,
  { baseline }: GateQuestion,
): Promise<string | undefined> {
  const current = await host.flows.current()
  const named = baseline === 'current' ? current.hash : baseline
  const marked = await markedVersions(host)
  if (marked.baseline === null && named !== undefined && isVersion(named)) {
    await markReference(host, { role: 'baseline', version: named, by })
  }
  return named
}

async function answerOf(host: Host, id: string) {
  const gate = await host.store.gates.get(id)
  if (gate !== null) return authorGate(gate, host.now())
  throw new UserFacingError('gate-not-found', 'There is no such gate here.')
}
