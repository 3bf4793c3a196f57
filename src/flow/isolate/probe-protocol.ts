import { z } from 'zod'

/** What a probe is to try: ports and sockets that its parent listens on, a file, a process. */
export const ProbeRequest = z.strictObject({
  tcp: z.int(),
  udp: z.int(),
  unix: z.string(),
  abstract: z.string(),
  canary: z.string(),
  pid: z.int(),
})
export type ProbeRequest = z.infer<typeof ProbeRequest>

/** What it could do. */
export const ProbeResult = z.strictObject({
  tcp: z.boolean(),
  unix: z.boolean(),
  abstract: z.boolean(),
  canary: z.boolean(),
  signal: z.boolean(),
  write: z.boolean(),
  spawn: z.boolean(),
  sqlite: z.boolean(),
})
export type ProbeResult = z.infer<typeof ProbeResult>
