import { UserFacingError } from '../lib/errors.ts'
import type { GateCalls } from '../schema/api/gates.ts'
import type { StoredAudit, StoredGate } from '../schema/stored-gate.ts'
import type { Store } from '../store/store.ts'
import { loadMeasures } from './judge-gate.ts'

type Wanted = Pick<GateCalls, 'split' | 'document' | 'side' | 'run'> & {
  gate: StoredGate
  audit: Pick<StoredAudit, 'measures'> | null
}

/**
 * What one version asked of models in one run over one hidden document, for custodians.
 * @throws UserFacingError gate-document-not-found, gate-measure-lost
 */
export async function gateCalls(
  store: Pick<Store, 'gates' | 'gateCalls'>,
  { gate, audit, split, document, side, run }: Wanted,
): Promise<GateCalls> {
  const keys = split === 'test' ? gate.measures : (audit?.measures ?? null)
  const measures = keys?.[side] ?? null
  if (keys === null || measures === null) throw notFound()
  const measured = (await loadMeasures(store, keys))[side] ?? []
  const runs = measured
    .flatMap((measure) => measure.run.documents.filter(({ id }) => id === document))
    .reduce((sum, { repeats }) => sum + repeats.length, 0)
  if (run > runs) throw notFound()
  const { dataset } = gate
  const place = { measures, dataset, example: document, repeat: run - 1 }
  const items = await store.gateCalls.list(place)
  const version = side === 'anchor' ? (gate.anchor ?? '') : gate[side]
  return { split, dataset, document, side, version, run, runs, items }
}

function notFound(): UserFacingError {
  const sentence = 'The gate measured no such version, document or run.'
  return new UserFacingError('gate-document-not-found', sentence)
}
