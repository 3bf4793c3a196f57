import { isStoreFailure, UserFacingError } from '../lib/errors.ts'
import type { GateHost, GateJob } from './gate-host.ts'

/** The code of what ends a job for good. @throws what it is tried again for */
export function finalFault(
  { report }: Pick<GateHost, 'report'>,
  error: unknown,
  { attempt, attempts }: Pick<GateJob, 'attempt'> & { attempts: number },
): string {
  if (isStoreFailure(error)) throw error
  const isFinal = error instanceof UserFacingError
  if (!isFinal && attempt < attempts) throw error
  report(error)
  return isFinal ? error.code : 'internal'
}
