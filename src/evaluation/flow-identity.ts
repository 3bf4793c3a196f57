import { type Agent, type LoadedAgent, modelsOf } from '../agent/agent.ts'
import { contentHash } from '../lib/content-hash.ts'
import { UserFacingError } from '../lib/errors.ts'
import { printable } from '../lib/printable.ts'
import type { ModelHost } from '../model/model-host.ts'
import { stoppedRun } from '../model/stopped-run.ts'
import type { FlowManifest } from '../schema/flow-manifest.ts'
import type { Repeat, RunIdentity } from './evaluate-outputs.ts'

type FlowSettings = {
  /** As the user named it. */
  flow: string
  loaded: readonly LoadedAgent[]
  models: Pick<ModelHost, 'settings' | 'gap'>
  paragraphsPerChunk: number
  ocr?: boolean
  /** Version of Proofloop. */
  engine: string
  /** Of the flow, with the models that it may ask, whatever agents ask; left out, it has none. */
  code?: { sha256: string; aliases: readonly string[] }
  /** Whether agents were chosen; then only their types count. */
  chosen: boolean
}

/** Code of a version that is kept. */
export function codeIn({
  code,
  models,
}: Pick<FlowManifest, 'code' | 'models'>): FlowSettings['code'] {
  return code && { sha256: code.sha256, aliases: Object.keys(models) }
}

/** What a flow that was measured is bound to. */
export function flowIdentity(
  settings: FlowSettings,
): Pick<RunIdentity, 'subject' | 'subjectHash' | 'types'> {
  const { flow, loaded, paragraphsPerChunk, engine, ocr, code, chosen } = settings
  const agents = loaded.map(({ name, type, hash }) => ({ name, type, hash }))
  const asked = code?.aliases.filter((alias) => settings.models.gap(alias) === null) ?? []
  const aliases = new Set([...loaded.flatMap(modelsOf), ...asked])
  const models = [...aliases].toSorted().map((alias) => [alias, settings.models.settings(alias)])
  return {
    subject: { kind: 'flow', flow, agents },
    subjectHash: contentHash({
      agents,
      models,
      paragraphsPerChunk,
      engine,
      ...(ocr && { ocr }),
      ...(code !== undefined && { code: code.sha256 }),
    }),
    types: chosen ? loaded.map(({ type }) => type) : null,
  }
}

/** @throws UserFacingError no-agent-runs */
export function agentsThatRun(agents: readonly Agent[]): LoadedAgent[] {
  const loaded = agents.filter((agent) => agent.status === 'loaded')
  if (loaded.length > 0) return loaded
  const why = agents.map((agent) =>
    agent.status === 'skipped' ? `${agent.name}: ${agent.reason}` : '',
  )
  throw new UserFacingError(
    'no-agent-runs',
    printable(`No agent of the flow can run (${why.join('; ')}).`),
  )
}

/** When nothing more could be sent, what is left counts as not run, never as missed. */
export function refuseHalfARun(
  outputs: readonly Repeat[],
  { models }: { models: Pick<ModelHost, 'refusal'> },
): void {
  const refusal = models.refusal()
  if (refusal === null) return
  const undone = outputs.flatMap((repeat) => [...repeat].filter(([, { error }]) => error !== null))
  if (undone.length === 0) return
  const all = outputs.reduce((sum, repeat) => sum + repeat.size, 0)
  throw stoppedRun(refusal, {
    done: all - undone.length,
    all,
    unit: 'runs over a document',
    undone: undone.map(([id]) => id),
  })
}

/** Where every document failed, figures would be 0 and mean nothing. */
export function refuseNothing(outputs: readonly Repeat[]): void {
  const errors = outputs.flatMap((repeat) => [...repeat.values()].map(({ error }) => error))
  const [first] = errors
  if (first === undefined || first === null || errors.includes(null)) return
  const all = errors.length === 1 ? 'the only run' : `all ${errors.length} runs`
  const sentence = `Nothing was measured: ${all} over a document failed. The first: ${first}`
  throw new UserFacingError('nothing-measured', printable(sentence))
}
