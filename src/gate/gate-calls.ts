import { UserFacingError } from '../lib/errors.ts'
import type { AskedRun } from '../schema/api/asked-calls.ts'
import type { GateAsked, GateCalls } from '../schema/api/gates.ts'
import { GateSettings } from '../schema/gate-settings.ts'
import type { GateMeasures, StoredAudit, StoredGate } from '../schema/stored-gate.ts'
import type { CountedCalls } from '../store/gate-calls.ts'
import type { Store } from '../store/store.ts'
import { askedKeys, smokeKey } from './asked-keys.ts'
import { loadMeasures } from './judge-gate.ts'
import { runsOf } from './runs-of.ts'

type Of = Pick<GateCalls, 'split'> & {
  gate: StoredGate
  audit: Pick<StoredAudit, 'measures' | 'asked'> | null
}
type Wanted = Of & Pick<GateCalls, 'document' | 'side' | 'run'> & { after: number }

/**
 * What one version asked of models in one run over one document, for custodians; also where the gate ended without a
 * verdict, or has not ended.
 * @throws UserFacingError gate-document-not-found, gate-measure-lost
 */
export async function gateCalls(
  store: Pick<Store, 'gates' | 'gateCalls'>,
  { after, ...wanted }: Wanted,
): Promise<GateCalls> {
  const { gate, split, document, side, run } = wanted
  const { dataset } = gate
  const measures = keysOf(wanted)?.[side] ?? null
  const runs = runsAsked(wanted)
  if (measures === null || run > runs) throw notFound()
  const place = { measures, dataset, example: document, repeat: run - 1 }
  const found = await store.gateCalls.list({ ...place, after })
  if (found.items.length === 0 && !(await isThere(store, wanted))) throw notFound()
  const version = side === 'anchor' ? (gate.anchor ?? '') : gate[side]
  return { split, dataset, document, side, version, run, runs, ...found }
}

/** How much was asked of models about which documents, for custodians. */
export async function gateAsked(
  { gateCalls: calls }: Pick<Store, 'gateCalls'>,
  of: Of,
): Promise<GateAsked> {
  const { split, gate } = of
  const { dataset } = gate
  const keys = keysOf(of)
  const sides = ['candidate', 'baseline', 'anchor'] as const
  const counted = await calls.count({
    measures: sides.flatMap((side) => keys?.[side] ?? []),
    dataset,
  })
  const items = sides.flatMap((side) => {
    const own = new Set(keys?.[side])
    return runsIn(counted.filter(({ measure }) => own.has(measure))).map((run) => ({
      side,
      ...run,
    }))
  })
  return { split, dataset, items }
}

/** By document and run, in this order. */
export function runsIn(counted: readonly CountedCalls[]): AskedRun[] {
  const byRun = Map.groupBy(counted, ({ example, repeat }) => JSON.stringify([example, repeat]))
  const runs = [...byRun.values()].flatMap(([first, ...more]) => {
    if (first === undefined) return []
    const calls = more.reduce((sum, one) => sum + one.calls, first.calls)
    return [{ document: first.example, run: first.repeat + 1, calls }]
  })
  return runs.toSorted((a, b) => a.document.localeCompare(b.document) || a.run - b.run)
}

/** On `evaluation` a candidate is tried first, and what is in production where that went wrong. */
function keysOf({ gate, audit, split }: Of): GateMeasures | null {
  switch (split) {
    case 'test':
      return askedKeys(gate)
    case 'audit':
      return audit && askedKeys(audit)
    case 'evaluation':
      return {
        candidate: [smokeKey(gate.id, 'candidate')],
        baseline: [smokeKey(gate.id, 'baseline')],
        anchor: null,
      }
  }
}

function runsAsked({ gate, split }: Of): number {
  switch (split) {
    case 'test':
      return runsOf(gate)
    case 'audit':
      return GateSettings.parse(JSON.parse(gate.policy)).repeats
    case 'evaluation':
      return 1
  }
}

/** Whether a version was measured on the document, or began to be: not all that is measured asks a model. */
async function isThere(
  store: Pick<Store, 'gates' | 'gateCalls'>,
  { document, side, ...of }: Omit<Wanted, 'after'>,
): Promise<boolean> {
  const measures = of.split === 'test' ? of.gate.measures : (of.audit?.measures ?? null)
  if (of.split !== 'evaluation' && measures !== null) {
    const measured = (await loadMeasures(store, measures))[side] ?? []
    if (measured.some(({ run }) => run.documents.some(({ id }) => id === document))) return true
  }
  const { items } = await gateAsked(store, of)
  return items.some((one) => one.document === document && one.side === side)
}

function notFound(): UserFacingError {
  const sentence =
    'The gate asked nothing as such a version, in such a run or about such a document.'
  return new UserFacingError('gate-document-not-found', sentence)
}
