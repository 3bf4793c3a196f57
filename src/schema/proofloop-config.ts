import { z } from 'zod'
import { ChangeSettings } from './change-settings.ts'
import { ModelConnections } from './config.ts'
import { Environments } from './environment.ts'
import { GateConfig } from './gate-settings.ts'

/** `proofloop.config.ts`, beside a flow's `agents/` or where a server is started. */
export const ProofloopConfig = z.strictObject({
  /** Of a server only, it may have none: each environment has its own. */
  models: ModelConnections.default({}),
  /** Of a server only: a flow has none, whatever stands in its file. */
  environments: Environments.optional(),
  /** Of a server only, too. */
  gate: GateConfig.optional(),
  /** Of a server only, too. */
  changes: ChangeSettings.optional(),
})
export type ProofloopConfig = z.infer<typeof ProofloopConfig>
/** As people write it, with what has a default left out. */
export type ProofloopConfigInput = z.input<typeof ProofloopConfig>
