import { z } from 'zod'

const Address = z.strictObject({ host: z.string(), port: z.int() })

/** What a probe is to try: sockets that somebody listens on, a file, a process, a folder. */
export const ProbeRequest = z.strictObject({
  tcp: z.array(Address),
  udp: z.array(Address),
  unix: z.array(z.string()),
  abstract: z.string(),
  canary: z.string(),
  pid: z.int(),
  /** Where others come by, who could find a socket of its there; null: there is none. */
  shared: z.string().nullable(),
})
export type ProbeRequest = z.infer<typeof ProbeRequest>

/** Whether it could do it; of several, whether it could do one. */
export const ProbeResult = z.strictObject({
  tcp: z.boolean(),
  unix: z.boolean(),
  abstract: z.boolean(),
  canary: z.boolean(),
  signal: z.boolean(),
  shared: z.boolean(),
  write: z.boolean(),
  spawn: z.boolean(),
  sqlite: z.boolean(),
})
export type ProbeResult = z.infer<typeof ProbeResult>
