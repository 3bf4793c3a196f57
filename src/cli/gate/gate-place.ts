import type { AuthorGate, GateBudget } from '../../schema/api/gates.ts'

export type GateQuestion = {
  /** A folder with a flow, or the hash of a version that is there. */
  candidate: string
  /** The version in production, or the beginning of its hash. */
  baseline?: string
  environment?: string
  again: boolean
  paragraphsPerChunk: number
}

/** Where the gate is: at a server, or on this machine's own data. */
export type GatePlace = {
  budget(): Promise<GateBudget>
  start(question: GateQuestion): Promise<AuthorGate>
  answer(gate: string): Promise<AuthorGate>
  /** PEM, with which receipts are checked. */
  publicKey(): Promise<string>
} & AsyncDisposable

/** A version is named by its hash; everything else is a folder. */
export function isVersion(candidate: string): boolean {
  return /^[0-9a-f]{64}$/.test(candidate)
}
