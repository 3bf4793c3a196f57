import { z } from 'zod'

/** What `bundle-child` leaves in its folder for temporary files: a bundle when it exits with 0, else this. */
export const BundleProblem = z.object({ code: z.string(), message: z.string() })
export type BundleProblem = z.infer<typeof BundleProblem>

export const resultFile = 'result'
export const problemCode = 1
