import type { ChangeSettings } from '../schema/change-settings.ts'
import type { Repository } from './repository.ts'

/** Where changes come from. */
export type ChangeSource = { settings: ChangeSettings; repository: Repository }
