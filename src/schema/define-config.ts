import type { ProofloopConfigInput } from './proofloop-config.ts'

/** The default export of `proofloop.config.ts`: gives it a type, changes nothing. */
export function defineConfig(config: ProofloopConfigInput): ProofloopConfigInput {
  return config
}
