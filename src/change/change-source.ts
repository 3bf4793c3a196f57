import { UserFacingError } from '../lib/errors.ts'
import type { ChangeSettings } from '../schema/change-settings.ts'
import type { Repository } from './repository.ts'

/** Where changes come from. */
export type ChangeSource = { settings: ChangeSettings; repository: Repository }

/** @throws UserFacingError changes-not-configured */
export function sourceOf({ changes }: { changes: ChangeSource | null }): ChangeSource {
  if (changes !== null) return changes
  throw new UserFacingError(
    'changes-not-configured',
    'This server looks at no repository. Add `changes: {}` to the proofloop.config.ts in the folder where it is started, and start it again.',
  )
}
