import { z } from 'zod'
import { UserFacingError } from '../lib/errors.ts'
import { defineConfig } from '../schema/define-config.ts'
import { DocumentInput, FlowIssue, FlowOutput } from '../schema/flow-output.ts'
import { defineFlow } from './define-flow.ts'

/** What code of a flow imports from `proofloop` where it runs isolated. */
export const flowRuntime = {
  DocumentInput,
  FlowIssue,
  FlowOutput,
  UserFacingError,
  defineConfig,
  defineFlow,
  z,
}
