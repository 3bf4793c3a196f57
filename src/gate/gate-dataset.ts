import { UserFacingError } from '../lib/errors.ts'
import type { GateHost } from './gate-host.ts'

/**
 * Nothing hidden decides which dataset it is, since its author is told when there is none; but where one person
 * is all there is, nothing is hidden.
 */
export async function gateDataset({
  gate,
  store,
  isSolo,
}: Pick<GateHost, 'gate' | 'store' | 'isSolo'>): Promise<string> {
  const { dataset } = gate.settings
  if (dataset !== undefined) return dataset
  const seen = (await isSolo()) ? 'everything' : 'evaluation'
  const [only, ...more] = await store.datasets.list(seen)
  if (only !== undefined && more.length === 0) return only.dataset
  throw new UserFacingError(
    'gate-dataset',
    'Which dataset decides is not told: set gate.dataset in the proofloop.config.ts of the server.',
  )
}
