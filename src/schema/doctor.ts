import { z } from 'zod'
import { EnvironmentName } from './environment.ts'

export const CheckResult = z.enum(['pass', 'fail', 'skipped'])
export type CheckResult = z.infer<typeof CheckResult>

/** What one look at an environment found. */
export const DoctorCheck = z.object({
  /** Stable; scripts may branch on it. Of a model: `model:ALIAS`. */
  name: z.string(),
  result: CheckResult,
  /** What was seen. */
  sentence: z.string(),
  /** What to do; null when there is nothing to do. */
  fix: z.string().nullable(),
  milliseconds: z.int().nonnegative(),
})
export type DoctorCheck = z.infer<typeof DoctorCheck>

export const DoctorReport = z.object({
  environment: EnvironmentName,
  /** `fail` when a check failed. */
  result: z.enum(['pass', 'fail']),
  /** UTC epoch milliseconds. */
  checkedAt: z.int(),
  checks: z.array(DoctorCheck),
})
export type DoctorReport = z.infer<typeof DoctorReport>
