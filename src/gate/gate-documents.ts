import { agentCounts } from '../evaluation/agent-counts.ts'
import type { GateDocuments, GateDocumentSide } from '../schema/api/gates.ts'
import type { GateMeasure, GateMeasures, StoredAudit, StoredGate } from '../schema/stored-gate.ts'
import type { Store } from '../store/store.ts'
import { loadMeasures } from './judge-gate.ts'
import { poolRuns } from './measure-version.ts'

/** Splits that a gate is measured on, the second when its change is merged. */
type GatedSplit = GateDocuments['split']

type Wanted = {
  gate: StoredGate
  audit: Pick<StoredAudit, 'measures'> | null
  split: GatedSplit
}

/** What each version found in each document, for custodians; by ids, without a text. */
export async function gateDocuments(
  store: Pick<Store, 'gates' | 'datasets'>,
  { gate, audit, split }: Wanted,
): Promise<GateDocuments> {
  const { dataset } = gate
  const keys = split === 'test' ? gate.measures : (audit?.measures ?? null)
  if (keys === null) return { split, dataset, version: null, items: [] }
  const { hash, items } = await itemsOf(store, keys)
  const newest = await store.datasets.version('everything', { dataset })
  const isThere = newest?.splits.some((one) => one.split === split && one.hash === hash) === true
  return { split, dataset, version: isThere ? newest.hash : null, items }
}

async function itemsOf(store: Pick<Store, 'gates'>, keys: GateMeasures) {
  const { candidate, baseline, anchor } = await loadMeasures(store, keys)
  const [first] = candidate
  const sides = {
    candidate: sidesOf(candidate),
    baseline: sidesOf(baseline),
    anchor: anchor && sidesOf(anchor),
  }
  const items = [...sides.candidate].map(([id, side]) => ({
    id,
    candidate: side,
    baseline: sides.baseline.get(id) ?? null,
    anchor: sides.anchor?.get(id) ?? null,
  }))
  return { hash: first?.run.hashes.dataset ?? null, items }
}

/** By document, the mean over its runs. */
function sidesOf(measures: readonly GateMeasure[]): Map<string, GateDocumentSide> {
  const run = poolRuns(measures.map((measure) => measure.run))
  const rows = Object.entries(agentCounts(run))
  const sides = run.documents.map(({ id, repeats }, index) => {
    const own = rows.flatMap(([type, counts]) => {
      const [tp = 0, fp = 0, fn = 0] = counts[index] ?? []
      return tp + fp + fn > 0 ? [[type, { tp, fp, fn }] as const] : []
    })
    const failed = repeats.filter((repeat) => repeat.failed).length
    return [id, { agents: Object.fromEntries(own), failed, runs: repeats.length }] as const
  })
  return new Map(sides)
}
