import { contentHash } from '../lib/content-hash.ts'
import { UserFacingError } from '../lib/errors.ts'
import { GateSettings } from '../schema/gate-settings.ts'
import type { GateHashes, GateMeasure, GateMeasures, StoredGate } from '../schema/stored-gate.ts'
import type { Store } from '../store/store.ts'
import { compareRuns, type NamedRun, type RunComparison } from './compare-runs.ts'
import { policyOf } from './gate-host.ts'
import { faultRate, poolRuns } from './measure-version.ts'

/** What was measured of each side, in the order of looks. */
export type SideMeasures = {
  candidate: readonly GateMeasure[]
  baseline: readonly GateMeasure[]
  anchor: readonly GateMeasure[] | null
}

/** Everything that decides a verdict; equal keys are equal verdicts. */
export function gateKey(hashes: GateHashes): string {
  return contentHash(hashes)
}

/**
 * Candidate against production and anchor, by the settings that the gate was asked under. What the flow
 * itself failed at counts as missed; only faults of the host say nothing of it.
 */
export function judgeMeasures(sides: SideMeasures, settings: GateSettings): RunComparison {
  const { candidate, baseline, anchor } = sides
  const named = (name: string, measures: readonly GateMeasure[]): NamedRun => ({
    name,
    run: poolRuns(measures.map(({ run }) => run)),
  })
  const all = [...candidate, ...baseline, ...(anchor ?? [])]
  const runs = {
    candidate: named('the candidate', candidate),
    baseline: named('what is in production', baseline),
    anchor: anchor && named('the anchor', anchor),
  }
  return compareRuns(runs, policyOf(settings), faultRate(all))
}

/** What decided a gate, made again from what was measured; null when nothing was. */
export async function gateComparison(
  store: Pick<Store, 'gates'>,
  gate: Pick<StoredGate, 'measures' | 'policy'>,
): Promise<{ comparison: RunComparison; sides: SideMeasures } | null> {
  if (gate.measures === null) return null
  const sides = await loadMeasures(store, gate.measures)
  const settings = GateSettings.parse(JSON.parse(gate.policy))
  return { comparison: judgeMeasures(sides, settings), sides }
}

/** @throws UserFacingError gate-measure-lost */
export async function loadMeasures(
  { gates }: Pick<Store, 'gates'>,
  keys: GateMeasures,
): Promise<SideMeasures> {
  const load = (some: readonly string[]) =>
    Promise.all(
      some.map(async (key) => {
        const measure = await gates.measure(key)
        if (measure !== null) return measure
        throw new UserFacingError('gate-measure-lost', 'What the gate measured is not there.')
      }),
    )
  return {
    candidate: await load(keys.candidate),
    baseline: await load(keys.baseline),
    anchor: keys.anchor && (await load(keys.anchor)),
  }
}
