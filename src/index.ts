export { UserFacingError } from './lib/errors.ts'
export { defineConfig } from './schema/define-config.ts'
export type { ProofloopConfigInput } from './schema/config.ts'
