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

/** What a process is to listen on for another one: an abstract socket of this name, and a port. */
export const ListenRequest = z.strictObject({ listen: z.string() })
export type ListenRequest = z.infer<typeof ListenRequest>

export const Listening = z.strictObject({ port: z.int() })
export type Listening = z.infer<typeof Listening>

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

/** What one process reaches of another: its sockets, its files, the process itself. */
export const Neighbour = ProbeResult.pick({ tcp: true, abstract: true, canary: true, signal: true })
export type Neighbour = z.infer<typeof Neighbour>

/** Also where nobody knows. */
export function reachesSockets(neighbour: Neighbour | null): boolean {
  return neighbour === null || neighbour.tcp || neighbour.abstract
}
