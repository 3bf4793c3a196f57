/** What the process that starts git is told; `id` is one git process. */
export type ToStarter =
  | { kind: 'start'; id: number; args: readonly string[]; folder: string; environment: object }
  | { kind: 'say'; id: number; data: string | Uint8Array }
  | { kind: 'hang-up'; id: number }
  | { kind: 'signal'; id: number; signal: 'SIGTERM' | 'SIGKILL' }

/** What it tells. With a fault git was not started. */
export type FromStarter =
  | { kind: 'printed' | 'complained'; id: number; data: Uint8Array }
  | { kind: 'ended'; id: number; code: number | null; fault: Fault | null }

export type Fault = { code: string; message: string }
